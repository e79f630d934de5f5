"""A statement that can't be written can't be made."""

from collections.abc import Callable

import pytest

from genaikeys.iam.condition import Both, Comparison, Condition, Either, Pattern, Variable
from genaikeys.iam.place import AnyTenancy, CompartmentId, CompartmentPath, RemoteTenancy, Tenancy
from genaikeys.iam.statement import Admit, Allow, Associate, Define, Deny, Permissions, Verb
from genaikeys.iam.subject import AnyUser, ById, DynamicGroups, Groups, Named, Resources, Services


def _deep() -> Condition:
    condition: Condition = Comparison("a.b", "=", ("c",))
    for _ in range(33):
        condition = Both((condition,))
    return condition


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Named("a'b"), '"a\'b" is not a name'),
        (lambda: Named(""), "'' is not a name"),
        (lambda: Named("a", "Default"), "'Default' is not an identity domain to write"),
        (lambda: ById("g"), "'g' is not an OCID"),
        (lambda: Groups(()), "() is not a list of groups"),
        (lambda: DynamicGroups(()), "() is not a list of dynamic groups"),
        (lambda: Services(()), "() is not a list of names"),
        (lambda: Resources(("",)), "('',) is not a list of names"),
        (lambda: RemoteTenancy(""), "'' is not the name of a tenancy"),
        (lambda: Define("user", Named("a"), "ocid1.user.oc1..a"), "'user' is not a kind"),
        (lambda: Define("group", Named("a"), "a"), "'a' is not an OCID"),
        (
            lambda: Define("tenancy", Named("a", "b"), "ocid1.tenancy.oc1..a"),
            "Named(name='a', domain='b') is not a name for a tenancy",
        ),
        (lambda: Variable("region"), "'region' is not a variable of the request or the target"),
        (
            lambda: Admit(Services(("a",)), AnyTenancy(), Verb("use", "keys"), Tenancy()),
            "Services(names=('a',)) is not a subject of any tenancy",
        ),
        (lambda: CompartmentPath(()), "() is not a path of names"),
        (lambda: CompartmentPath(("a", "b'c")), "('a', \"b'c\") is not a path of names"),
        (lambda: Permissions(()), "() is not a set of permissions"),
        (lambda: Permissions(("A b",)), "('A b',) is not a set of permissions"),
        (lambda: Associate("a b", Tenancy(), "c"), "'a b' is not a resource type"),
        (lambda: Pattern("a/b"), "'a/b' is not a pattern"),
        (lambda: Pattern(""), "'' is not a pattern"),
        (lambda: Comparison("a.b", "between", ("a",)), "('a',) is not what between takes"),
        (
            lambda: Comparison("a.b", "before", (Pattern("a*"),)),
            "(Pattern(text='a*'),) is not what before takes",
        ),
        (lambda: CompartmentId("apps"), "'apps' is not the OCID of a compartment"),
        (lambda: Comparison("model", "=", ("a",)), "'model' is not a variable"),
        (lambda: Comparison("a.b", "<", ("a",)), "'<' is not an operator"),
        (lambda: Comparison("a.b", "=", ("a", "b")), "('a', 'b') is not what = takes"),
        (lambda: Comparison("a.b", "in", ()), "() is not what in takes"),
        (lambda: Comparison("a.b", "=", ("x', c.d='y",)), "(\"x', c.d='y\",) is not free of quotes"),
        (lambda: Both(()), "() is not a list of conditions"),
        (lambda: Either(()), "() is not a list of conditions"),
        (lambda: Verb("call", "keys"), "'call' is not a verb"),
        (lambda: Verb("use", "Keys"), "'Keys' is not a resource type"),
        (
            lambda: Allow(AnyUser(), Verb("use", "keys"), Tenancy(), _deep()),
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
    named = (Named("a"),)
    parts = [Groups(named), DynamicGroups(named), Services(("a",)), Resources(("a",))]
    assert len({*parts, Both((test,)), Either((test,)), Pattern("a")}) == 7
    what = AnyUser(), Verb("use", "keys"), Tenancy()
    assert len({Allow(*what), Deny(*what)}) == 2
