"""`python -m genaikeys.seed [PATH]`: runs what the article prints, at its own date and at a later one."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from genaikeys.cli.guard import guarded
from genaikeys.cli.home import project_root
from genaikeys.seed import article
from genaikeys.seed.article import Block, Call, Kind

if TYPE_CHECKING:
    from genaikeys.seed.stage import Stage

# The article's month, when every model in it was live, and a day after Grok 3 and 4 were retired (2026-08-15,
# OCI documentation, "Retiring the Models").
DAYS = ("2026-03-01", "2026-11-23")
_PROGRAMS = (Kind.OPENAI, Kind.CURL, Kind.LANGCHAIN)
# Lives on both days, and has both APIs.
_MODEL = "openai.gpt-oss-120b"
# The family grant names no model: one of each vendor in the article, on the first day.
_PROBES = [
    Call("chat", _MODEL),
    Call("responses", _MODEL),
    Call("chat", "xai.grok-3"),
    Call("chat", "meta.llama-3.3-70b-instruct"),
]


def run(path: Path) -> bool:
    """Run every block of the article, print a line for each and date, and say whether all is as expected.

    Raises:
        KitError: There is no article, or the stage for it can't be set.
    """
    from genaikeys.seed.stage import stage

    found = article.find(path)
    blocks = article.blocks(found.read_text(encoding="utf-8"))
    met = True
    with stage(DAYS[0]) as here:
        for day in DAYS:
            here.move_clock(day)
            for block in blocks:
                met = _play(block, here, day) and met
    return met


def _play(block: Block, here: "Stage", day: str) -> bool:
    what = article.kind(block)
    if what in _PROGRAMS:
        text, met = _program(block, here, day)
    elif what is Kind.ADDRESS:
        text, met = _address(block, here)
    elif what is Kind.STATEMENT and day == DAYS[0]:
        text, met = _statement(block, here)
    elif what is Kind.STATEMENT:
        # What a statement grants doesn't depend on the date.
        return True
    else:
        text, met = "nothing to run", True
    sys.stdout.write(
        f"{day}  {'as expected' if met else 'DIFFERENT'}  block {block.number}, {what}: {text}\n"
    )
    sys.stdout.flush()
    return met


def _program(block: Block, here: "Stage", day: str) -> tuple[str, bool]:
    from genaikeys.seed.expectations import answers
    from genaikeys.seed.programs import Seen, run

    calls = article.calls(block)
    today = date.fromisoformat(day)
    wanted = [answers(call, here.region, today) for call in calls]
    ran = run(block, here.secret, here.home)
    expected = tuple(Seen(call.api, 200 if may else 404) for call, may in zip(calls, wanted, strict=True))
    words = []
    for index, call in enumerate(calls):
        name = "Responses" if call.api == "responses" else "Chat Completions"
        came = _words(ran.seen[index].status) if index < len(ran.seen) else "was never sent"
        words.append(f"{name} {call.model} {came}")
    # An exception ends the Python programs at the first refusal; curl prints the error and ends well.
    code = 0 if all(wanted) or article.kind(block) is Kind.CURL else 1
    met = bool(calls) and ran.seen == expected and ran.printed == sum(wanted) and ran.exit_code == code
    return (
        f"{', '.join(words) or 'no call found'}; exit code {ran.exit_code}, answers printed {ran.printed}",
        met,
    )


def _words(status: int) -> str:
    return {200: "answers", 404: "fails like a retired model (404)"}.get(status, f"gives {status}")


def _address(block: Block, here: "Stage") -> tuple[str, bool]:
    from genaikeys.seed.addresses import call

    return call(block, here.region, here.secret, _MODEL)


def _statement(block: Block, here: "Stage") -> tuple[str, bool]:
    from genaikeys.seed.statements import check

    findings = check(block, here.home, here.region, _PROBES)
    return "; ".join(finding.text for finding in findings), all(finding.as_expected for finding in findings)


def main(argv: list[str]) -> int:
    """Run the command; the exit code is 1 where anything differs from what is expected, or can't be run."""
    if len(argv) > 1:
        sys.stderr.write("usage: python -m genaikeys.seed [PATH]\n")
        return 2
    path = Path(argv[0]) if argv else project_root().parent / "shared" / "seed"
    return guarded(lambda: 0 if run(path) else 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
