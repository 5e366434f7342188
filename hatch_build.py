"""Build hook: gives an editable install a folder in which src is named altyn.

`pip install -e .` puts `.editable` on the path, and `.editable/altyn` is a link to `src`. So the
interpreter, mypy and every other tool see plain files of a package `altyn`, with no settings.
"""

import shutil
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class EditableLink(BuildHookInterface[Any]):
    """Makes `.editable/altyn` when the build is an editable one; leaves other builds alone."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            return
        folder = Path(self.root, ".editable")
        folder.mkdir(exist_ok=True)
        folder.joinpath(".gitignore").write_text("*\n")
        _link(folder / "altyn", Path(self.root, "src"))


def _link(link: Path, target: Path) -> None:
    if sys.platform == "win32":
        # A junction needs no special right there, a symbolic link does.
        import _winapi

        if not link.exists():
            _winapi.CreateJunction(str(target), str(link))
    elif not link.is_symlink():
        if link.exists():  # a copy, left by a tool that does not keep links
            shutil.rmtree(link)
        # Relative, so that the checkout may be moved.
        link.symlink_to(Path("..", target.name), target_is_directory=True)
