"""Why a key can or can't call a model, as a value and as text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from genaikeys.access.model import Source
from genaikeys.iam import Answer

__all__ = ["REMINDER", "Answered", "Explanation", "Fix", "Shown", "text", "value"]

REMINDER = (
    "OCI answers 401 both for a wrong or dead key and for a missing permission, and doesn't say which.",
    "`genaikeys status` shows whether the key is there, which slot is in use and when it expires.",
    "`genaikeys verify` calls with the secret in Vault: if that works, the client has a wrong secret.",
    "A change of a policy takes some seconds to take effect: wait, and call again.",
    "A secret that was minted before its policy may stay 401: rotate it, by changing the key's `trigger`.",
)
"""What to try where a call is refused (the 401 of secrets older than their policy: vercel/ai#21153 and users'
reports, no page of Oracle's)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A statement, and what it has to do with the call.

    Attributes:
        role: ``grants``, ``denies``, ``undecided``, ``closest``, ``mistaken`` or ``reads``.
        policy: Label of its policy.
        attached: Name of the compartment that the policy is attached to.
        source: The line that it comes from, where that is known.
        statement: The statement as it was written, or canonical where it comes from a template.
        why: What keeps it from granting, a sentence each.
        too_much: What it grants that nobody can have meant, likewise.
        corrected: The statement without its mistakes, where that would grant the call.
        corrected_in: Name of the compartment whose policy that belongs in, where it is another one.
    """

    role: str
    policy: str
    attached: str
    source: Source | None
    statement: str
    why: tuple[str, ...] = ()
    too_much: tuple[str, ...] = ()
    corrected: str | None = None
    corrected_in: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """The least that would let the key call.

    Attributes:
        what: What to do.
        source: The line to change, where there is one.
        statements: Statements to write, if any.
    """

    what: str
    source: Source | None = None
    statements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The answer for one or more regions and APIs in which it is the same.

    Attributes:
        regions: Region identifiers; what names a region below is told of the first.
        apis: ``chat``, ``responses``.
        answer: Whether the key can call: granted and offered.
        granted: What the policies say.
        offered: What the catalogue says.
        reasons: Why, a sentence each.
        statements: The statements that matter, the most important first.
        catalogue: What the catalogue says, a sentence each.
        unknown: What isn't known, and what settles it, a sentence each.
        fixes: What to do, the nearest first.
    """

    regions: tuple[str, ...]
    apis: tuple[str, ...]
    answer: Answer
    granted: Answer
    offered: Answer
    reasons: tuple[str, ...] = ()
    statements: tuple[Shown, ...] = ()
    catalogue: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything that is told about a key and a model.

    Attributes:
        stack: Name of the stack.
        key: Name of the key.
        model: Name of the model, as asked for.
        answers: One for each set of regions and APIs with the same answer.
    """

    stack: str
    key: str
    model: str
    answers: tuple[Answered, ...]

    @property
    def can_call(self) -> bool:
        """Whether every call asked about is granted and offered."""
        return all(each.answer is Answer.YES for each in self.answers)

    @property
    def reminder(self) -> tuple[str, ...]:
        """What to try where a call is refused; nothing where none is."""
        return REMINDER if any(each.answer is Answer.NO for each in self.answers) else ()

    @property
    def note(self) -> str | None:
        """What stands for OCIDs in statements to write; None where nothing does."""
        statements = [
            *(shown.corrected or "" for each in self.answers for shown in each.statements),
            *(written for each in self.answers for fix in each.fixes for written in fix.statements),
        ]
        if not any(re.search("<(key|secret|compartment) ", each) for each in statements):
            return None
        return (
            "What stands between < and > in a statement to write stands for an OCID;"
            f" `genaikeys status --json --stack {self.stack}` prints those of keys and secrets."
        )


def value(explanation: Explanation) -> dict[str, object]:
    """The explanation as JSON has it."""
    return {**_camel(asdict(explanation)), "note": explanation.note, "reminder": list(explanation.reminder)}


def text(explanation: Explanation) -> str:
    """The explanation as a person reads it."""
    blocks = ["\n".join(_answered(explanation, each)) for each in explanation.answers]
    if explanation.note is not None:
        blocks.append(explanation.note)
    if explanation.reminder:
        first, *rest = explanation.reminder
        blocks.append("\n".join((first, *(f"- {each}" for each in rest))))
    return "\n\n".join(blocks) + "\n"


def _answered(explanation: Explanation, found: Answered) -> Iterator[str]:
    where = f"{explanation.model} on {_and(found.apis)} in {_and(found.regions)}"
    yield {
        Answer.YES: f"Yes: {explanation.key} can call {where}.",
        Answer.NO: f"No: {explanation.key} can't call {where}.",
        Answer.UNKNOWN: f"Not known: whether {explanation.key} can call {where}.",
    }[found.answer]
    yield from (f"  {each}" for each in (*found.reasons, *found.unknown))
    if len(found.regions) > 1 and found.statements:
        yield f"  What follows is that of {found.regions[0]}; the others' is alike."
    for shown in found.statements:
        yield from _shown(shown)
    if found.catalogue:
        yield f"  Catalogue: {' '.join(found.catalogue)}"
    for fix in found.fixes:
        yield f"  Fix: {f'{_place(fix.source)}: ' if fix.source else ''}{fix.what}"
        yield from (f"    {each}" for each in fix.statements)


_ROLES = {
    "grants": "Granted by",
    "denies": "Denied by",
    "undecided": "In question:",
    "closest": "Closest:",
    "mistaken": "Mistaken:",
    "reads": "About secrets:",
}


def _shown(shown: Shown) -> Iterator[str]:
    place = f", {_place(shown.source)}" if shown.source else ""
    yield f"  {_ROLES[shown.role]} policy {shown.policy} in {shown.attached}{place}"
    yield from (f"    {line}" for line in shown.statement.splitlines())
    for why in shown.why:
        first, *rest = why.splitlines()
        yield f"    - {first}" if rest else f"    - {first}."
        yield from (f"      {each}" for each in rest)
    yield from (f"    - Far too much. {each}." for each in shown.too_much)
    if shown.corrected is not None:
        where = f", in a policy of {shown.corrected_in}" if shown.corrected_in else ""
        yield f"    Corrected{where}:"
        yield f"    {shown.corrected}"


def _place(source: Source) -> str:
    return f"{source.file}:{source.line}"


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _camel(item: object) -> dict[str, object]:
    """Names as JSON has them elsewhere in the kit."""

    def turned(inner: object) -> object:
        if isinstance(inner, dict):
            return {_name(str(key)): turned(each) for key, each in inner.items()}
        return [turned(each) for each in inner] if isinstance(inner, list | tuple) else inner

    found = turned(item)
    assert isinstance(found, dict)  # noqa: S101 - of a dataclass
    return found


def _name(snake: str) -> str:
    first, *rest = snake.split("_")
    return first + "".join(each.capitalize() for each in rest)
