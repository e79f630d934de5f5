"""The comment of a pull request: silent, short enough, and harmless whatever names it shows."""

from dataclasses import replace

from genaikeys.access.compare import compare
from genaikeys.access.markdown import MARKER, comment
from genaikeys.access.model import CellChange, Difference, Ruling, Verdict
from genaikeys.iam import Answer
from tests.access.scenery import MODELS, scene

CHAT = "allow any-user to use generative-ai-chat in compartment apps where target.model.id='{}'"


def ruling(answer: Answer, statement: str | None = None, reason: str = "because") -> Ruling:
    """A ruling without a line."""
    return Ruling(answer=answer, statement=statement, policy="p", source=None, reason=reason)


def difference(*cells: CellChange, name: str = "trial") -> Difference:
    """A broadening of these cells."""
    return Difference(
        stack=name,
        before="main",
        after="branch",
        cells=cells,
        readers=(),
        others=(),
        verdict=Verdict.BROADENS,
        reasons=("1 call is newly allowed",),
    )


def change(
    principal: str, model: str, region: str = "us-chicago-1", statement: str = "allow it"
) -> CellChange:
    """A call that is newly allowed."""
    return CellChange(
        principal=principal,
        region=region,
        model=model,
        api="chat",
        before=ruling(Answer.NO),
        after=ruling(Answer.YES, statement),
        offered=Answer.YES,
    )


def test_comment_is_empty_where_nothing_changed() -> None:
    """A job that finds no text says nothing."""
    same = compare(scene(CHAT.format(MODELS[0])), scene(CHAT.format(MODELS[0])))
    assert comment([same]) == ""
    assert comment([]) == ""


def test_comment_leaves_out_stacks_that_did_not_change() -> None:
    """And is headed by the gravest verdict of the others."""
    quiet = replace(difference(name="quiet"), verdict=Verdict.NONE, reasons=())
    narrow = replace(difference(name="narrow"), verdict=Verdict.NARROWS)
    text = comment([quiet, narrow, difference(change("bot", "a"), name="wide")])
    assert text.splitlines()[:2] == [MARKER, "### ⚠️ This change BROADENS access"]
    assert "| narrow | 🔒 narrows |" in text
    assert "quiet" not in text


def test_cells_that_change_alike_are_one_row() -> None:
    """Two hundred calls are read in a line."""
    cells = [
        change("bot", f"m{model:02}", region)
        for region in ("us-chicago-1", "eu-frankfurt-1", "ap-osaka-1", "uk-london-1", "us-ashburn-1")
        for model in range(40)
    ]
    rows = [line for line in comment([difference(*cells)]).splitlines() if line.startswith("| bot ")]
    assert rows == [
        (
            "| bot | m00, m01, m02 and 37 more | chat |"
            " us-chicago-1, eu-frankfurt-1, ap-osaka-1, uk-london-1, us-ashburn-1 | no -> yes | because |"
            " <code>allow it</code> |"
        )
    ]


def test_names_can_do_nothing_in_a_comment() -> None:
    """No markup, no mention, no link, no cell that ends early."""
    hostile = "<img src=x onerror=alert(1)> | @everyone [x](http://evil) `code` </details>\n# head"
    found = difference(change(hostile, hostile, statement=hostile))
    text = comment([replace(found, stack=hostile, after=hostile, reasons=(hostile,))])
    assert "<img" not in text
    assert text.count("</details>") == 1
    row = next(line for line in text.splitlines() if "no -&gt; yes" in line or "no -> yes" in line)
    assert row.replace("\\|", "").count("|") == 8
    assert "@<!-- -->everyone \\[x\\](http://evil) \\`code\\`" in row
    assert "\n# head" not in text
    assert "@everyone" not in text


def test_comment_is_never_longer_than_it_may_be() -> None:
    """GitHub takes 65,536 characters; what is left out is counted."""
    cells = [change(f"key-{number}", "m", statement=f"allow {number} {'x' * 400}") for number in range(300)]
    text = comment([difference(*cells)])
    shown = text.count("| key-")
    assert len(text) < 65_536
    assert 100 < shown < 300
    assert text.endswith(
        f"{300 - shown} more rows are left out; `genaikeys access diff --format html` has them all.\n"
    )
