"""What can be typed where, read off the parsers, and the scripts of shells that offer it."""

import argparse
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from attrs import field, frozen

FILES: Final = "FILE"
"""How an option is shown whose value is the name of a file."""


@frozen
class Value:
    """What stands behind an option."""

    choices: tuple[str, ...] = ()
    """One of these; anything where there are none."""
    file: bool = False


@frozen
class Place:
    """What can be typed behind these words."""

    path: str
    words: Mapping[str, str] = field(factory=dict)
    """Commands, choices and options, each with what it does."""
    values: Mapping[str, Value] = field(factory=dict)
    """By the option."""


def places(parser: argparse.ArgumentParser, path: str = "") -> list[Place]:
    """The place behind these words, and all that lie behind it."""
    words: dict[str, str] = {}
    values: dict[str, Value] = {}
    further: list[Place] = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helps = {each.dest: each.help or "" for each in action._choices_actions}
            for word, inner in action.choices.items():
                words[word] = helps.get(word, "")
                further += places(inner, f"{path} {word}".strip())
        elif action.option_strings:
            told = "" if action.help in (None, argparse.SUPPRESS) else str(action.help)
            words |= dict.fromkeys(action.option_strings, told)
            if action.nargs != 0:
                value = Value(_choices(action), action.metavar == FILES)
                values |= dict.fromkeys(action.option_strings, value)
        else:
            words |= dict.fromkeys(_choices(action), "")
    return [Place(path, words, values), *further]


def _choices(action: argparse.Action) -> tuple[str, ...]:
    return tuple(str(getattr(each, "value", each)) for each in action.choices or ())


def bash(all: Sequence[Place]) -> str:
    """For bash."""
    return f"""\
# bash completion for altyn; in ~/.bashrc: eval "$(altyn completion bash)"
_altyn() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}
    local path= words= at
    COMPREPLY=()
    for ((at = 1; at < COMP_CWORD; at++)); do
        case "$path ${{COMP_WORDS[at]}}" in
{_cases(_steps(all), 'path="${path:+$path }${COMP_WORDS[at]}"')}
{_cases(_valued(all), "((at++))")}
        esac
    done
    case "$path $previous" in
{_values(all, 'COMPREPLY=($(compgen -f -- "$current")); return', _bash_choices, "return")}
    esac
    case "$path" in
{_lines(f'{_quoted(each.path)}) words="{" ".join(each.words)}" ;;' for each in all)}
    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o bashdefault -F _altyn altyn
"""


def zsh(all: Sequence[Place]) -> str:
    """For zsh."""
    return f"""\
#compdef altyn
# zsh completion for altyn; in ~/.zshrc, below compinit: eval "$(altyn completion zsh)"
_altyn() {{
    local place= at
    local -a found
    for ((at = 2; at < CURRENT; at++)); do
        case "$place ${{words[at]}}" in
{_cases(_steps(all), 'place="${place:+$place }${words[at]}"')}
{_cases(_valued(all), "((at++))")}
        esac
    done
    case "$place ${{words[CURRENT-1]}}" in
{_values(all, "_files; return", lambda choices: f"compadd -- {choices}; return", "return")}
    esac
    case "$place" in
{_lines(f"{_quoted(each.path)}) found=({_described(each)}) ;;" for each in all)}
    esac
    _describe altyn found
}}
compdef _altyn altyn
"""


def fish(all: Sequence[Place]) -> str:
    """For fish."""
    lines = [
        "# fish completion for altyn; in config.fish: altyn completion fish | source",
        "function __altyn_at",
        "    set -l place",
        "    set -l skip 0",
        "    for word in (commandline -opc)[2..-1]",
        "        if test $skip = 1",
        "            set skip 0",
        "            continue",
        "        end",
        '        switch "$place $word"',
        f"            case {' '.join(map(_single, _steps(all)))}",
        '                set place (string trim -- "$place $word")',
        f"            case {' '.join(map(_single, _valued(all)))}",
        "                set skip 1",
        "        end",
        "    end",
        '    test "$place" = "$argv[1]"',
        "end",
        "complete -c altyn -f",
    ]
    for each in all:
        here = f"complete -c altyn -n {_single(f'__altyn_at {_quoted(each.path)}')}"
        for word, told in each.words.items():
            about = f" -d {_single(told)}" if told else ""
            if not word.startswith("-"):
                lines.append(f"{here} -a {word}{about}")
                continue
            name = f"-l {word[2:]}" if word.startswith("--") else f"-s {word[1:]}"
            takes = ""
            if (value := each.values.get(word)) is not None:
                takes = " -r -F" if value.file else f" -x -a {_single(' '.join(value.choices))}"
            lines.append(f"{here} {name}{takes}{about}")
    return "\n".join(lines) + "\n"


SHELLS: Final[Mapping[str, Callable[[Sequence[Place]], str]]] = {
    "bash": bash,
    "zsh": zsh,
    "fish": fish,
}


def _steps(all: Sequence[Place]) -> list[str]:
    """Where a word leads on: the words before it, a blank, and it."""
    return [" ".join(each.path.rpartition(" ")[::2]) for each in all if each.path]


def _valued(all: Sequence[Place]) -> list[str]:
    """The options that a value follows, behind the words before them."""
    return [f"{each.path} {option}" for each in all for option in each.values]


def _values(all: Sequence[Place], files: str, choices: Callable[[str], str], nothing: str) -> str:
    """What is offered behind an option."""
    lines = []
    for each in all:
        for option, value in each.values.items():
            offered = nothing
            if value.file:
                offered = files
            elif value.choices:
                offered = choices(" ".join(value.choices))
            lines.append(f"{_quoted(f'{each.path} {option}')}) {offered} ;;")
    return _lines(lines)


def _bash_choices(choices: str) -> str:
    return f'COMPREPLY=($(compgen -W "{choices}" -- "$current")); return'


def _described(place: Place) -> str:
    return " ".join(
        _single(f"{word}:{told}" if told else word) for word, told in place.words.items()
    )


def _cases(patterns: Sequence[str], then: str) -> str:
    return f"            {'|'.join(map(_quoted, patterns))}) {then} ;;"


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(f"        {line}" for line in lines)


def _quoted(text: str) -> str:
    return f'"{text}"'


def _single(text: str) -> str:
    return "'" + text.replace("'", "’") + "'"
