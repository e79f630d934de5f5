"""Changes of access to show: one that really happened, and one whose every name is hostile."""

from dataclasses import replace
from pathlib import Path

from genaikeys.access import revisions
from genaikeys.access.model import (
    Access,
    Cell,
    CellChange,
    Difference,
    OtherChange,
    Reader,
    ReaderChange,
    Ruling,
    Source,
    Verdict,
)
from genaikeys.access.review import review
from genaikeys.iam import Answer
from tests.access.project import STACK, Project

FILE = "stacks/Pulumi.trial.yaml"


def changed(folder: Path) -> tuple[list[Difference], list[Access]]:
    """A stack that gains a model and a region, and exchanges readers; lines and all."""
    before, after = Project(folder / "before"), Project(folder / "after")
    before.write(FILE, STACK.replace("bot:", "old: {compartment: genai-apps}\n    bot:"))
    after.write(
        FILE,
        STACK.replace("[openai.gpt-oss-120b]", "[openai.gpt-oss-120b, xai.grok-4.3]")
        .replace("[us-chicago-1]", "[us-chicago-1, eu-frankfurt-1]")
        .replace("dynamic-group app", "group Auditors"),
    )
    return review(revisions.folder(before.root, "main"), revisions.folder(after.root, "branch"))


def hostile(name: str) -> tuple[list[Difference], list[Access]]:
    """Every kind of change, with one name in every place that holds text."""

    def ruling(answer: Answer, statement: str | None = name) -> Ruling:
        return Ruling(
            answer=answer, statement=statement, policy=name, source=Source(file=name, line=7), reason=name
        )

    no, yes, unknown = ruling(Answer.NO, None), ruling(Answer.YES), ruling(Answer.UNKNOWN)
    sides: tuple[tuple[Ruling | None, Ruling | None], ...] = (
        (no, yes),
        (yes, unknown),
        (None, yes),
        (yes, None),
    )
    cells = tuple(
        CellChange(
            principal=name,
            region=f"{name} {number}",
            model=name,
            api=api,
            before=before,
            after=after,
            offered=Answer.YES,
        )
        for number, (before, after) in enumerate(sides)
        for api in ("chat", name)
    )
    change = Difference(
        stack=name,
        before=name,
        after=name,
        cells=cells,
        readers=(ReaderChange(reader=name, key=name, region=name, before=no, after=unknown),),
        others=tuple(
            OtherChange(
                gained=gained,
                subject=name,
                permissions=(name,),
                location=name,
                condition=name,
                statement=name,
                policy=name,
                source=Source(file=name, line=8),
            )
            for gained in (True, False)
        ),
        verdict=Verdict.BROADENS,
        reasons=(name,),
    )
    access = Access(
        stack=name,
        cells=tuple(_cell(each, name) for each in cells if each.after is not None),
        readers=(Reader(reader=name, key=name, region=name, granted=yes),),
    )
    return [change], [access]


def _cell(change: CellChange, name: str) -> Cell:
    assert change.after is not None
    return Cell(
        principal=change.principal,
        region=change.region,
        model=change.model,
        api=change.api,
        granted=change.after,
        offered=Answer.YES,
        offered_reason=name,
    )


def unchanged(difference: Difference) -> Difference:
    """The same stack, of which nothing changed."""
    return replace(difference, cells=(), readers=(), others=(), verdict=Verdict.NONE, reasons=())
