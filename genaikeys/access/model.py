"""What access is, and what a change of it is, as values."""

from dataclasses import dataclass
from enum import StrEnum

from genaikeys.iam import Answer


class Verdict(StrEnum):
    """What a change does to access.

    ``UNKNOWN`` is a change whose effect can't be told; whoever gates on it treats it like ``BROADENS``.
    """

    NONE = "none"
    NARROWS = "narrows"
    BROADENS = "broadens"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The line that a statement comes from.

    Attributes:
        file: Path from the project's root, with slashes.
        line: Counted from 1.
    """

    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What the policies say of one thing.

    Attributes:
        answer: Yes, no or unknown.
        statement: The deciding statement, canonical, with logical names in place of OCIDs; None where none
            decides.
        policy: Label of the policy that holds it.
        source: The line that it comes from, where that is known.
        reason: One sentence for a person.
    """

    answer: Answer
    statement: str | None
    policy: str | None
    source: Source | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of the access matrix.

    Attributes:
        principal: A key of the stack by name, or in words who else.
        region: Region identifier.
        model: Model name, or ``any other model``.
        api: ``chat`` or ``responses``.
        granted: What the policies say.
        offered: Whether the model answers on that API in that region, by the catalogue.
        offered_reason: Why not, or why that isn't known.
    """

    principal: str
    region: str
    model: str
    api: str
    granted: Ruling
    offered: Answer
    offered_reason: str

    @property
    def answer(self) -> Answer:
        """Whether the principal can call: no where either side says no, unknown where either is unknown."""
        both = (self.granted.answer, self.offered)
        for answer in (Answer.NO, Answer.UNKNOWN):
            if answer in both:
                return answer
        return Answer.YES


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whether somebody may read a key's secret from Vault; reading is calling.

    Attributes:
        reader: Such as ``dynamic-group support-app``.
        key: The key by name.
        region: Region identifier.
        granted: What the policies say.
    """

    reader: str
    key: str
    region: str
    granted: Ruling


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who can call what, and who can read which secret, in one stack."""

    stack: str
    cells: tuple[Cell, ...]
    readers: tuple[Reader, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """A cell whose ruling changed; None where the principal has no key in that region on that side."""

    principal: str
    region: str
    model: str
    api: str
    before: Ruling | None
    after: Ruling | None
    offered: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderChange:
    """A reader whose ruling changed; None where there is no such reader on that side."""

    reader: str
    key: str
    region: str
    before: Ruling | None
    after: Ruling | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherChange:
    """What a changed statement grants beyond the matrix and the readers.

    Attributes:
        gained: Whether it is gained; else it is lost.
        subject: Whom the statement speaks of.
        permissions: Names of permissions.
        location: Where, in the words of a statement.
        condition: When, in the words of a statement; None for always.
        statement: The statement.
        policy: Label of its policy.
        source: The line that it comes from, where that is known.
    """

    gained: bool
    subject: str
    permissions: tuple[str, ...]
    location: str
    condition: str | None
    statement: str
    policy: str
    source: Source | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How the access of one stack differs between two revisions.

    Attributes:
        stack: Its name.
        before: Name of the one revision.
        after: Name of the other.
        cells: Cells that changed.
        readers: Readers that changed.
        others: What else changed.
        verdict: What it all comes to.
        reasons: What makes the verdict, a sentence each.
    """

    stack: str
    before: str
    after: str
    cells: tuple[CellChange, ...]
    readers: tuple[ReaderChange, ...]
    others: tuple[OtherChange, ...]
    verdict: Verdict
    reasons: tuple[str, ...]
