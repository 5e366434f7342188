"""The link of a payment as a QR code, in the terminal or in a file."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from attrs import frozen

from ...wiring.qr import KINDS, QrCodes, qr_codes
from ..output import Output


def qr_arguments(parser: ArgumentParser) -> None:
    """Whether it is drawn, and where."""
    parser.add_argument("--qr", action="store_true", help="draw the link as a QR code")
    parser.add_argument(
        "--qr-file", type=_file, metavar="FILE", help="draw it into a file, .svg or .png"
    )


@frozen
class Drawing:
    """What is to be drawn of a link."""

    codes: QrCodes | None
    """None where nothing is."""
    shown: bool
    file: Path | None

    @classmethod
    def asked(cls, arguments: Namespace) -> "Drawing":
        """
        As the options say; made before anything happens, so that it happens only if it can.

        Raises:
            SettingWrong: what draws is not installed.
        """
        shown, file = arguments.qr, arguments.qr_file
        option = "--qr" if shown else "--qr-file"
        return cls(qr_codes(option) if shown or file else None, shown, file)

    def draw(self, link: str, output: Output) -> bool:
        """Draw it; answers whether there is the file that was asked for, if one was."""
        if self.codes is None:
            return True
        if self.shown and link:
            for line in self.codes.lines(link):
                output.say(line)
        if self.file is None:
            return True
        if not link:
            output.note("there is no link that could be drawn")
            return False
        try:
            self.file.write_bytes(self.codes.pictures[self.file.suffix.lower()](link))
        except OSError as failed:
            output.note(f"cannot write {self.file}: {failed.strerror}")
            return False
        return True


def _file(written: str) -> Path:
    path = Path(written)
    if path.suffix.lower() not in KINDS:
        raise ArgumentTypeError(f"the name of a picture ends with {' or '.join(KINDS)}")
    return path
