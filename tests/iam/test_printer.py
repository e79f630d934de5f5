"""One spelling for each statement, which reads back as the same statement."""

import pytest
from hypothesis import given, settings

from genaikeys.iam import Statement, parse_statement, print_statement
from tests.iam.strategies import STATEMENTS

KEY = "ocid1.generativeaiapikey.oc1.us-chicago-1.amaaaaaa"
ONE_KEY = (
    "allow any-user to use generative-ai-family in compartment apps where ALL { "
    f"request.principal.type='generativeaiapikey', request.principal.id='{KEY}' }}"
)
EVERY_KEY = (
    "allow any-user to use generative-ai-family in compartment apps where ALL { "
    "request.principal.type='generativeaiapikey' }"
)


@settings(deadline=None)
@given(STATEMENTS)
def test_every_statement_reads_back_as_itself(statement: Statement) -> None:
    """What is printed is read as an equal value, and printed the same again."""
    text = print_statement(statement)
    assert parse_statement(text) == statement
    assert print_statement(parse_statement(text)) == text


@pytest.mark.parametrize("text", [ONE_KEY, EVERY_KEY])
def test_statements_of_the_article_keep_their_spelling(text: str) -> None:
    """The two statements for API keys are canonical as people know them."""
    assert print_statement(parse_statement(text)) == text


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        (
            "Allow group Administrators to manage all-resources in tenancy",
            "allow group Administrators to manage all-resources in tenancy",
        ),
        (
            "ALLOW ANY-USER TO USE Generative-AI-Family IN TENANCY WHERE all{a.B = 'C',d.e!='f'}",
            "allow any-user to use generative-ai-family in tenancy where ALL { a.B='C', d.e!='f' }",
        ),
        (
            "allow dynamic-group apps to read secrets\n\tin compartment A:b.c:D_e\r\n where a.b in('x','y' )",
            "allow dynamic-group apps to read secrets in compartment A:b.c:D_e where a.b in ('x', 'y')",
        ),
        (
            "allow group g to use keys in tenancy where any {all {a.b='c'}, d.e='f'}",
            "allow group g to use keys in tenancy where ANY { ALL { a.b='c' }, d.e='f' }",
        ),
        (
            "allow group 'g', 'Default'/'h', 'X'/'i j', 'id' to use keys in compartment 'a':'b c'",
            "allow group g, h, X/'i j', 'id' to use keys in compartment a:'b c'",
        ),
        (
            "allow any-user to use x in tenancy where any{a.b NOT IN('c',/d/),a.b between '1'and'2'}",
            "allow any-user to use x in tenancy where ANY { a.b not in ('c', /d/), a.b between '1' and '2' }",
        ),
        (
            "endorse any-user to {bucket_read} in ANY-TENANCY",
            "endorse any-user { BUCKET_READ } in any-tenancy",
        ),
        (
            "allow any-user // everybody\nto use keys # of KMS\nin tenancy",
            "allow any-user to use keys in tenancy",
        ),
    ],
    ids=["administrators", "case", "spaces", "nesting", "names", "lists", "permissions", "comments"],
)
def test_spelling_is_canonical(written: str, canonical: str) -> None:
    """Case of key words, spaces and line breaks are told apart by nobody."""
    assert print_statement(parse_statement(written)) == canonical
    assert parse_statement(written) == parse_statement(canonical)
