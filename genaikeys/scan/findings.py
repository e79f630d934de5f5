"""What a search found, what it looked at, and what it couldn't."""

from dataclasses import dataclass, field

from genaikeys.scan.content import Hit, search_text
from genaikeys.scan.shape import Kind, hidden

__all__ = ["Finding", "Report", "Surface", "shown"]

Surface = str
"""``tree``, ``state``, ``history`` or ``staged``."""
_DOTS = "••••••••"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A secret, and where it lies; never the secret.

    Attributes:
        kind: What it is.
        fingerprint: First 16 hexadecimal digits of the value's SHA-256.
        surface: Where it was looked for: ``tree``, ``state``, ``history`` or ``staged``.
        place: The file, or the object of git's; already fit to be printed.
        line: In the place, from 1 up.
        spelling: How it is written.
        commit: The first commit that holds it; None outside of history, and where no commit does.
    """

    kind: Kind
    fingerprint: str
    surface: Surface
    place: str
    line: int
    spelling: str
    commit: str | None = None

    @classmethod
    def of(cls, hit: Hit, surface: Surface, place: str, commit: str | None = None) -> "Finding":
        """A hit in a place."""
        return cls(hit.kind, hit.fingerprint, surface, shown(place), hit.line, hit.spelling, commit)


@dataclass
class Report:
    """A search, as far as it came.

    Attributes:
        findings: Each once; in order once the search is done.
        files: Files that were looked at.
        objects: Objects of git's that were looked at.
        skipped: Folders that were left out on purpose.
        unread: What couldn't be looked at, and why.
        unpacked: What was searched as it lies there, but couldn't be unpacked, and why.
        notes: What else one should know.
    """

    findings: list[Finding] = field(default_factory=list)
    files: int = 0
    objects: int = 0
    skipped: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    unpacked: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def settle(self) -> None:
        """Put the findings in order: by kind, then by secret, then by place."""
        order = list(Kind)
        self.findings = sorted(set(self.findings), key=lambda each: (order.index(each.kind), *_key(each)))


def _key(finding: Finding) -> tuple[str, str, str, int, str]:
    return finding.fingerprint, finding.surface, finding.place, finding.line, finding.commit or ""


def shown(place: str) -> str:
    """A path as it may be printed: a name that holds a secret is dots, a control character is an escape."""
    readable = place.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "/".join(_part(part) for part in readable.split("/"))


def _part(name: str) -> str:
    plain = hidden(name)
    return _DOTS if search_text(plain, {}) else plain
