"""The page about the doctor, held to its checks and statements."""

import re

from genaikeys.doctor.examine import CHECKS, REGIONAL
from genaikeys.doctor.needs import NEEDS
from tests.local import CHECKOUT

PAGE = (CHECKOUT / "docs" / "doctor.md").read_text(encoding="utf-8")


def test_page_has_each_check() -> None:
    """By the name that the doctor prints."""
    table = PAGE[PAGE.index("| Check | Looks at |") :].split("\n\n")[0].splitlines()[2:]
    told = [name for row in table for name in row.split(" | ")[0].strip("| ").split(", ")]

    assert sorted(told) == sorted(["credentials", *CHECKS, *REGIONAL])


def test_page_has_each_statement() -> None:
    """In their order."""
    table = PAGE[PAGE.index("| Statement, for the") :].split("\n\n")[0].splitlines()[2:]

    assert [re.findall(r"`(.+?)`", row)[0] for row in table] == [need.grant for need in NEEDS]
