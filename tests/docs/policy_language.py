"""The parts of docs/policy-language.md that follow from code and data: grammar, and judged disagreements.

``python -m tests.docs.policy_language`` writes them into the page.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.local import CHECKOUT

PAGE = CHECKOUT / "docs" / "policy-language.md"
JUDGED = CHECKOUT / "tests" / "iam" / "disagreements.yaml"
_SOURCES = ("parser", "clauses", "reader", "tokens")
_PRODUCTION = re.compile(r"[a-z]+ += ")
_WHO = {"ours": "Ours is right.", "theirs": "Theirs is right.", "open": "No page decides it."}


def generated() -> dict[str, str]:
    """By name, what must stand between the marks of that name."""
    return {"grammar": f"```text\n{_grammar()}\n```", "disagreements": _disagreements()}


def with_generated(page: str) -> str:
    """A page with each generated part written anew."""
    for name, text in generated().items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        head, rest = page.split(begin)
        page = f"{head}{begin}{text}\n{end}{rest.split(end)[1]}"
    return page


def _grammar() -> str:
    """All productions, from the docstrings of the functions that read them."""
    lines = [
        line
        for name in _SOURCES
        for block in _blocks(CHECKOUT / "genaikeys" / "iam" / f"{name}.py")
        for line in block
    ]
    width = max(len(line.split("=")[0].rstrip()) for line in lines if _PRODUCTION.match(line))
    return "\n".join(_aligned(line, width) for line in lines)


def _aligned(line: str, width: int) -> str:
    if not _PRODUCTION.match(line):
        return f"{'':{width + 1}}{line.strip()}"
    name, _, rest = line.partition("=")
    return f"{name.rstrip():{width}} = {rest.strip()}"


def _blocks(module: Path) -> Iterator[list[str]]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        told = ast.get_docstring(node) if isinstance(node, ast.FunctionDef) else None
        for block in re.findall(r"::\n\n((?: {4}.*\n?)+)", told or ""):
            lines = [line[4:] for line in block.splitlines()]
            if _PRODUCTION.match(lines[0]):
                yield lines


def _disagreements() -> str:
    judged = yaml.safe_load(JUDGED.read_text(encoding="utf-8"))
    return "\n\n".join(_judgement(place, each) for place, each in enumerate(judged, 1))


def _judgement(place: int, judgement: dict[str, Any]) -> str:
    shown = "\n".join(_line(each) for each in judgement["statements"])
    return (
        f"**{place}. {_WHO[judgement['right']]}** {judgement['why']} ({judgement['source']})\n\n"
        f"```text\n{shown}\n```"
    )


def _line(statement: dict[str, Any]) -> str:
    theirs = statement["theirs"]
    said = theirs if isinstance(theirs, str) else "reads something else"
    return f"ours {statement['ours']}, theirs {said}: {statement['text'].replace(chr(10), ' ⏎ ')}"


if __name__ == "__main__":
    PAGE.write_text(with_generated(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
