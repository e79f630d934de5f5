"""Matching rules of dynamic groups."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.membership import RuleError, matches

INSTANCE = {"instance.id": "ocid1.instance.oc1..i", "instance.compartment.id": "ocid1.compartment.oc1..c"}
FUNCTION = {"resource.id": "f", "resource.type": "fnfunc", "resource.compartment.id": "c"}
RULES = {
    "one condition": ("instance.compartment.id = 'ocid1.compartment.oc1..c'", INSTANCE, True),
    "no blanks, other case": ("INSTANCE.id='OCID1.instance.oc1..I'", INSTANCE, True),
    "another value": ("instance.id = 'x'", INSTANCE, False),
    "unequal": ("instance.id != 'x'", INSTANCE, True),
    "unequal, and equal it is": ("instance.id != 'ocid1.instance.oc1..i'", INSTANCE, False),
    "all": ("ALL {resource.type = 'fnfunc', resource.compartment.id = 'c'}", FUNCTION, True),
    "all but one": ("all {resource.type = 'fnfunc', resource.compartment.id = 'd'}", FUNCTION, False),
    "any": ("Any {resource.id = 'x',\n resource.id = 'f'}", FUNCTION, True),
    "none of any": ("any {resource.id = 'x', resource.id = 'y'}", FUNCTION, False),
    "all within any": (
        "Any {ALL {instance.id = 'x'}, ALL {resource.type = 'fnfunc', resource.id = 'f'}}",
        FUNCTION,
        True,
    ),
    "a variable of others": ("resource.type != 'instance'", INSTANCE, False),
    "a tag": ("tag.department.operations.value", INSTANCE, False),
    "a tag's value": ("tag.department.operations.value != '45'", INSTANCE, False),
}
BROKEN = {
    "": "a matching rule needs any, all or a variable here, not 'its end'",
    "instance.id": "a matching rule needs = or != here, not 'its end'",
    "instance.id = x": "a matching rule needs a value in '...' here, not 'x'",
    'instance.id = "x"': "a matching rule needs a value in '...' here, not '\"x\"'",
    "instance.name = 'x'": "a matching rule has no variable 'instance.name'",
    "ALL {instance.id = 'x'": "a matching rule needs , or } here, not 'its end'",
    "ALL {}": "a matching rule needs any, all or a variable here, not '}'",
    "instance.id = 'x' or": "a matching rule needs the end here, not 'or'",
    "any {" * 12: "the lists of a matching rule nest at most 10 deep here",
}


@pytest.mark.parametrize("case", RULES)
def test_rule_includes_whom_it_says(case: str) -> None:
    """By its conditions, in any spelling."""
    rule, variables, expected = RULES[case]
    assert matches(rule, variables) is expected


@pytest.mark.parametrize("rule", BROKEN)
def test_error_when_a_rule_cannot_be_read(rule: str) -> None:
    """What is missing, and what stands there."""
    with pytest.raises(RuleError) as caught:
        matches(rule, {})
    assert str(caught.value) == BROKEN[rule]


@given(st.text(alphabet="anyl{}=!,'. instacedr", max_size=60))
def test_any_text_is_read_or_refused(rule: str) -> None:
    """Nothing but the one error ever leaves."""
    with contextlib.suppress(RuleError):
        assert matches(rule, INSTANCE) in (True, False)
