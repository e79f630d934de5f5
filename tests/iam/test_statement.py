"""A statement that can't be written can't be made."""

from collections.abc import Callable

import pytest

from genaikeys.iam import Statement
from genaikeys.iam.statement import (
    AnyUser,
    Both,
    Comparison,
    CompartmentId,
    CompartmentPath,
    Condition,
    DynamicGroup,
    Either,
    Group,
    Tenancy,
)


def _deep() -> Condition:
    condition: Condition = Comparison("a.b", "=", ("c",))
    for _ in range(33):
        condition = Both((condition,))
    return condition


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Group("a b"), "'a b' is not the name of a group"),
        (lambda: Group("id"), "'id' is not the name of a group"),
        (lambda: DynamicGroup(""), "'' is not the name of a dynamic group"),
        (lambda: CompartmentPath(()), "() is not a path of names"),
        (lambda: CompartmentPath(("ID",)), "('ID',) is not a path of names"),
        (lambda: CompartmentPath(("a", "b:c")), "('a', 'b:c') is not a path of names"),
        (lambda: CompartmentId("apps"), "'apps' is not the OCID of a compartment"),
        (lambda: Comparison("model", "=", ("a",)), "'model' is not a variable"),
        (lambda: Comparison("a.b", "<", ("a",)), "'<' is not an operator"),
        (lambda: Comparison("a.b", "=", ("a", "b")), "('a', 'b') is not what = takes"),
        (lambda: Comparison("a.b", "in", ()), "() is not what in takes"),
        (lambda: Comparison("a.b", "=", ("x', c.d='y",)), "(\"x', c.d='y\",) is not free of quotes"),
        (lambda: Both(()), "() is not a list of conditions"),
        (lambda: Either(()), "() is not a list of conditions"),
        (lambda: Statement(AnyUser(), "call", "keys", Tenancy()), "'call' is not a verb"),
        (
            lambda: Statement(AnyUser(), "use", "Keys", Tenancy()),
            "'Keys' is not a resource type of the table of permissions",
        ),
        (
            lambda: Statement(AnyUser(), "use", "keys", Tenancy(), _deep()),
            "'Both' is not a condition that nests at most 32 deep",
        ),
    ],
)
def test_error_when_a_part_cannot_be_written(make: Callable[[], object], why: str) -> None:
    """Above all no value can smuggle in a quote, and with it a condition of its own."""
    with pytest.raises(ValueError, match="is not") as caught:
        make()
    assert str(caught.value) == why


def test_kinds_of_one_content_differ() -> None:
    """A group and a dynamic group of one name are two, and so are ALL and ANY of the same."""
    test = Comparison("a.b", "=", ("c",))
    assert len({Group("a"), DynamicGroup("a"), Both((test,)), Either((test,))}) == 4
