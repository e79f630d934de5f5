"""What a page of the documentation prints for a shell: commands in order, and what some of them answer.

A block of ``sh`` holds commands alone. A block of ``console`` holds commands behind ``$``, each with what it
prints, both streams as at a terminal; ``...`` stands for any text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Command", "as_printed", "commands", "script", "spoken"]

_FENCE = re.compile(r"^```(sh|console)\n(.*?)^```", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Command:
    """One command, or a block of them.

    Attributes:
        text: For the shell.
        printed: What the page says that it prints; None where it says nothing.
    """

    text: str
    printed: str | None = None


def commands(page: Path) -> list[Command]:
    """The commands of a page, in its order."""
    found: list[Command] = []
    for language, block in _FENCE.findall(page.read_text(encoding="utf-8")):
        found += [Command(block)] if language == "sh" else _examples(block)
    return found


def _examples(block: str) -> Iterator[Command]:
    assert block.startswith("$ "), block
    for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        lines = example.splitlines(keepends=True)
        more = next((at for at, line in enumerate(lines[1:], 1) if not line.startswith("> ")), len(lines))
        text = lines[0] + "".join(line.removeprefix("> ") for line in lines[1:more])
        yield Command(text, "".join(lines[more:]))


def script(wanted: Sequence[Command]) -> str:
    """All commands for one shell; around each that says what it prints, marks by its place."""
    return "".join(
        each.text if each.printed is None else f"echo '<<{at}>>'\n{{\n{each.text}}} 2>&1\necho '<</{at}>>'\n"
        for at, each in enumerate(wanted)
    )


def spoken(output: str, at: int) -> str:
    """What the command at that place printed."""
    _, _, rest = output.partition(f"<<{at}>>\n")
    return rest.partition(f"<</{at}>>\n")[0]


def as_printed(expected: str, actual: str) -> bool:
    """Whether a command printed what its page says, blanks at the ends of lines aside."""
    pattern = re.escape(_trimmed(expected)).replace(re.escape("..."), ".*?")
    return re.fullmatch(pattern, _trimmed(actual), re.DOTALL) is not None


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
