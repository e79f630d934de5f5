"""What a template may hold, and what it can't reach."""

import pytest

from genaikeys.templates import TemplateError, Templates, shipped

VALUES = {"compartment": "apps", "models": ("a", "b")}


def filled(text: str) -> str:
    """What a template of the intent `x` makes."""
    return Templates({"x": text}).render("x", VALUES)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("  in {{ compartment }}\n", "in apps"),
        ("{#- why -#}\nin {{ compartment }}", "in apps"),
        ("{{ models | map('quoted') | join(', ') }}", "'a', 'b'"),
        ("{% if models %}some{% else %}none{% endif %}", "some"),
        ("{% if not models and compartment == 'x' %}odd{% endif %}", ""),
    ],
)
def test_template_is_filled_in(text: str, made: str) -> None:
    """Text, variables, conditions and the three filters."""
    assert filled(text) == made


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("a\n{% for m in models %}{% endfor %}", 2, "a template may not hold for."),
        ("{{ compartment.upper() }}", 1, "a template may not hold call."),
        ("{{ compartment.__class__ }}", 1, "a template may not hold getattr."),
        ("{{ models[0] }}", 1, "a template may not hold getitem."),
        ("{{ range(9) }}", 1, "a template may not hold call."),
        ("{{ 'x' * 99 }}", 1, "a template may not hold mul."),
        ("{{ compartment ~ 'x' }}", 1, "a template may not hold concat."),
        ("\n\n{% include 'y' %}", 3, "a template may not hold include."),
        ("{% import 'y' as y %}", 1, "a template may not hold import."),
        ("{% extends 'y' %}", 1, "a template may not hold extends."),
        ("{% set x = 1 %}", 1, "a template may not hold assign."),
        ("{% macro m() %}{% endmacro %}", 1, "a template may not hold macro."),
        ("{{ lipsum }}", 1, "'lipsum' is undefined."),
        ("\n {{ api_key_id }}", 2, "'api_key_id' is undefined."),
        ("{{ compartment | attr('x') }}", 1, "there is no filter attr."),
        ("{{ models | map('upper') }}", 1, "the filter map is used in a way that a template may not use it."),
        (
            "{{ models | map(attribute='x') }}",
            1,
            "the filter map is used in a way that a template may not use it.",
        ),
        (
            "{{ models | join(compartment) }}",
            1,
            "the filter join is used in a way that a template may not use it.",
        ),
        ("a\n{{ compartment", 2, "unexpected end of template, expected 'end of print statement'."),
        ("{% nonsense %}", 1, "Encountered unknown tag 'nonsense'."),
        ("x" * 65537, 1, "has 65537 characters; at most 65536 are read."),
        ("{{" + "(" * 3000 + "1" + ")" * 3000 + "}}", 1, "nests too deep."),
    ],
)
def test_error_when_a_template_holds_more(text: str, line: int, what: str) -> None:
    """It names file and line; nothing of it was run."""
    with pytest.raises(TemplateError) as caught:
        filled(text)
    assert (caught.value.file, caught.value.line) == ("policies/x.j2", line)
    assert caught.value.what == f"policies/x.j2:{line}: {what}"


def test_error_when_there_is_no_template() -> None:
    """The path says where it would be."""
    with pytest.raises(TemplateError) as caught:
        Templates({}).render("key-chat", {})
    assert str(caught.value) == "policies/key-chat.j2:1: there is no such template.\nCorrect the template."


def test_line_is_where_the_statement_begins() -> None:
    """Behind the comment that says what it is for."""
    assert shipped().line("key-chat") == 2
    assert Templates({"x": "\n\n  allow"}).line("x") == 3
    assert Templates({"x": ""}).line("x") == 1
