"""Clients of a key that is rotated and revoked: none of their calls fails, while the usual way fails some."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bench.load import report
from bench.load.course import Call, Course, Deed, Load, Stage, staged
from bench.load.plot import picture
from bench.load.run import Plan, by_the_kit, by_the_usual_script
from toolchain.locate import bin_dirs

QUICK = Plan(Load(4, reads_every=1.0, calls_every=0.25), ("command",), wait=5, pause=1.5)


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Pulumi CLI on the PATH."""
    monkeypatch.setenv("PATH", os.pathsep.join([*map(str, bin_dirs()), os.environ["PATH"]]))


@pytest.fixture
def stage(cli: None, tmp_path: Path) -> Iterator[Stage]:
    """A stack with a key for each way."""
    with staged(tmp_path) as found:
        yield found


@pytest.mark.engine
@pytest.mark.slow
def test_clients_notice_nothing_of_a_rotation_and_a_revocation(stage: Stage) -> None:
    """Each call is answered, with three values in turn; renewed and then stored, some are refused."""
    with ThreadPoolExecutor() as pool:
        kit = pool.submit(by_the_kit, stage, QUICK)
        usual = pool.submit(
            by_the_usual_script, stage, QUICK.load, {"rotation 1": 1.5, "revocation": 4.5}, 7.0
        )
        ours, theirs = kit.result(), usual.result()

    assert ours.failed == []
    assert len(ours.made("call")) > 100
    assert list(ours.published) == list(theirs.published) == ["rotation 1", "revocation"]
    assert len({call.value for call in ours.made("call")}) == 3
    assert {call.outcome for call in theirs.failed} == {"401"}
    assert theirs.calls[-1].outcome == "200"


@pytest.mark.full
@pytest.mark.engine
def test_twenty_clients_notice_nothing_of_three_rotations_and_a_revocation(cli: None) -> None:
    """The whole run; it rewrites the tables, the samples and the picture that are committed."""
    found = report.whole()
    report.write(found)

    assert found.met
    assert [list(course.published) for course in found.long] == [
        ["rotation 1", "rotation 2", "rotation 3", "revocation"]
    ] * 2
    assert sum(deed.retired is not None for deed in found.long[0].deeds) == 3
    assert len({call.value for call in found.long[0].made("call")}) == 5
    assert all(theirs.failed for _, theirs in (found.long, *found.short))


def test_page_prints_the_last_whole_run() -> None:
    """The figures of docs/load.md are those of tests/results/load.md."""
    page, table = (file.read_text(encoding="utf-8") for file in (report.PAGE, report.TABLE))

    assert report.page(page, table.split("\n\n", 2)[2]) == page


def _course() -> Course:
    """Two clients, a publication at two seconds; the second reads it a second later, and fails meanwhile."""
    calls = [Call(second, 0, "call", 0.01, "200", "one" if second < 2.5 else "two") for second in range(5)]
    calls += [Call(0.5 + second, 1, "call", 0.01, "200", "one") for second in range(2)]
    calls += [Call(2.5, 1, "call", 0.01, "401", "one"), Call(3.5, 1, "call", 0.01, "200", "two")]
    deed = Deed("rotation 1", "renew, write", 1.0, 2.1, 2.0, (1.9,), None)
    return Course("usual", Load(2, 3.0, 1.0), 0.0, sorted(calls, key=lambda call: call.time), [deed], 5.0)


def test_course_tells_how_long_a_client_went_on_with_a_value() -> None:
    """From the publication to the last call with the value before."""
    assert _course().moving == 0.5


def test_picture_shows_answers_by_value_and_failures_in_red() -> None:
    """One piece of line for each run of calls with one value, and one for the call that failed."""
    drawn = picture([("usual", _course())])

    assert "<title>usual: 1 of 9 calls failed</title>" in drawn
    assert drawn.count('class="a" stroke-width="5" d="M') == 1
    assert [drawn.count(f"h{length / 5 * 800:.1f}") for length in (3, 2, 1)] == [1, 2, 2]
    assert '<path class="f" stroke-width="5" d="M464.0 103h160.0"/>' in drawn
