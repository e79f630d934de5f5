"""What is wrong with a stack's settings: one `Problem` each, all of them in one `SettingsError`."""

import difflib
import json
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field

from genaikeys.errors import KitError

__all__ = ["Findings", "Path", "Problem", "SettingsError", "dotted", "listed", "nearest", "quoted"]

Path = tuple[str | int, ...]
"""Where a value stands: the full config key, such as `oci-genai-keys:keys`, then names and list indices."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that has to be corrected in a stack."""

    path: Path
    what: str
    """What was given and what is wrong with it, as half a sentence."""
    allowed: str | None = None
    nearest: str | None = None
    """The allowed value that was probably meant."""

    def __str__(self) -> str:
        lines = [f"{dotted(self.path)}: {self.what}"]
        lines += [f"    allowed: {self.allowed}"] if self.allowed else []
        lines += [f"    nearest: {self.nearest}"] if self.nearest else []
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Findings:
    """Collects what a check has to say."""

    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def problem(
        self, path: Path, what: str, *, allowed: str | None = None, nearest: str | None = None
    ) -> None:
        """Note something that must be corrected."""
        self.problems.append(Problem(path=path, what=what, allowed=allowed, nearest=nearest))

    def warning(self, path: Path, what: str) -> None:
        """Note something that is legal and probably not meant."""
        self.warnings.append(f"{dotted(path)}: {what}")


class SettingsError(KitError):
    """A stack's settings are wrong; `problems` has everything that is wrong, in order."""

    def __init__(self, stack: str, problems: Sequence[Problem]) -> None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        super().__init__(
            f"Stack {stack}: {count} in its settings.",
            why="\n".join(str(problem) for problem in problems),
            next_step=f"Correct stacks/Pulumi.{stack}.yaml and run again; nothing was called or changed.",
        )
        self.problems = tuple(problems)


def dotted(path: Path) -> str:
    """Print a path as people write it: `oci-genai-keys:keys.chatbot.regions[0]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def quoted(value: object) -> str:
    """Print a value that was given: text bare, anything else as JSON, long ones cut."""
    text = (
        value
        if isinstance(value, str) and value.strip()
        else json.dumps(value, default=str, ensure_ascii=False)
    )
    return text if len(text) <= 80 else f"{text[:77]}..."


def nearest(given: object, candidates: Iterable[str]) -> str | None:
    """Find the candidate that was probably meant, if one is close; letter case doesn't matter."""
    by_lower: dict[str, str] = {}
    for candidate in candidates:
        by_lower.setdefault(candidate.lower(), candidate)
    close = difflib.get_close_matches(str(given).lower(), by_lower, n=3, cutoff=0.6)
    if not close:
        return None
    # Of those that are as close, the first in the order given: us-ashburn-1 rather than us-ashburn-2.
    word = str(given).lower()
    score = {each: difflib.SequenceMatcher(None, each, word).ratio() for each in close}
    order = list(by_lower)
    return by_lower[min(close, key=lambda each: (-score[each], order.index(each)))]


def listed(given: object, candidates: Container[str]) -> str | None:
    """The list that was meant by a text of several allowed values with commas; None where it isn't one."""
    parts = [part.strip() for part in str(given).split(",")]
    return f"[{', '.join(parts)}]" if len(parts) > 1 and all(part in candidates for part in parts) else None
