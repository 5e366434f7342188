"""Print a script by which your shell completes commands, options and their choices.

bash: eval "$(altyn completion bash)" in ~/.bashrc; zsh: the same with zsh, in ~/.zshrc below
compinit; fish: altyn completion fish | source."""

from argparse import ArgumentParser, Namespace
from typing import Final

from .commands import COMMANDS
from .completing import SHELLS, places
from .exits import Exit
from .output import Output

NAME: Final = "completion"


def arguments(parser: ArgumentParser) -> None:
    """For which shell."""
    parser.add_argument("shell", choices=SHELLS, help="which shell it is for")


async def run(arguments: Namespace, output: Output) -> int:
    """Print it."""
    from .program import parser_for  # which knows this story by its name alone

    script = SHELLS[arguments.shell](places(parser_for([*COMMANDS])))
    output.document({"script": script})
    output.say(script.rstrip("\n"))
    return Exit.DONE
