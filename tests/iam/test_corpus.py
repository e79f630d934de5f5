"""The corpus: hand-made cases with the answer that Oracle's pages, or first principles, give."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from genaikeys.iam import parse_statement, print_statement
from genaikeys.iam.cases import run
from tests.iam import reference

FOLDER = Path(__file__).with_name("corpus")
PAGE = Path(__file__).parents[2] / "docs" / "policy-cases.md"
FILES = sorted(FOLDER.glob("*.jsonl"))


def _cases(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_engine_answers_the_corpus(file: Path) -> None:
    """Each case is answered as expected."""
    expected = {case["name"]: case["expected"] for case in _cases(file)}
    with file.open("rb") as lines:
        found = {ruling.answer["name"]: ruling.answer["answer"] for ruling in run(lines)}

    assert expected == found


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_reference_answers_the_corpus(file: Path) -> None:
    """The slow evaluator, which shares no code with the engine, answers as expected, too."""
    cases = _cases(file)

    assert {case["name"]: case["expected"] for case in cases} == {
        case["name"]: reference.answer(case) for case in cases
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_deciding_statement_fits_the_answer(file: Path) -> None:
    """An allow decides a yes, a deny or nothing a no; it is a statement of the case in canonical spelling."""
    with file.open("rb") as lines:
        for case, ruling in zip(_cases(file), run(lines), strict=True):
            answer, deciding = ruling.answer["answer"], ruling.answer["deciding"]
            if answer == "error" or deciding is None:
                assert deciding is None
                assert answer != "yes", case["name"]
                continue
            texts = [text for policy in case["policies"] for text in policy["statements"]]
            assert deciding in [print_statement(parse_statement(text)) for text in texts], case["name"]
            heads = {"yes": ("allow",), "no": ("deny",), "unknown": ("allow", "deny")}[str(answer)]
            assert deciding.startswith(heads), case["name"]


def test_corpus_is_sound() -> None:
    """Many cases, each with its own name and content, and each says what, why and from where."""
    cases = [case for file in FILES for case in _cases(file)]
    contents = [
        json.dumps({key: case[key] for key in case if key not in ("name", "expected", "why", "source")})
        for case in cases
    ]

    assert len(cases) >= 300
    assert len({case["name"] for case in cases}) == len(cases)
    assert len(set(contents)) == len(cases)
    for case in cases:
        assert case["expected"] in ("yes", "no", "unknown", "error"), case["name"]
        assert case["why"], case["name"]
        assert case["source"].startswith(("Oracle, ", "first principles: ")), case["name"]


def test_page_lists_every_file() -> None:
    """With as many cases as it has."""
    listed = re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", PAGE.read_text("utf-8"), re.MULTILINE)

    assert listed == [(file.stem, str(len(_cases(file)))) for file in FILES]
