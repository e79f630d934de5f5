"""What is read, and how everything else is refused, with the place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genaikeys.iam import Statement, StatementError, parse_statement
from genaikeys.iam.statement import (
    AnyUser,
    Both,
    Comparison,
    CompartmentId,
    CompartmentPath,
    DynamicGroup,
    Either,
    Group,
    Tenancy,
)

KEY = Comparison("request.principal.type", "=", ("generativeaiapikey",))
HEAD = "allow any-user to use generative-ai-chat in tenancy"

READ = {
    "administrators": (
        "Allow group Administrators to manage all-resources in tenancy",
        Statement(Group("Administrators"), "manage", "all-resources", Tenancy()),
    ),
    "readers": (
        (
            "allow dynamic-group support-app to read secret-bundles in compartment apps"
            " where target.secret.id='ocid1.vaultsecret.oc1..a'"
        ),
        Statement(
            DynamicGroup("support-app"),
            "read",
            "secret-bundles",
            CompartmentPath(("apps",)),
            Comparison("target.secret.id", "=", ("ocid1.vaultsecret.oc1..a",)),
        ),
    ),
    "models": (
        (
            "allow any-user to use generative-ai-chat in compartment id ocid1.compartment.oc1..aa where ALL {"
            "request.principal.type='generativeaiapikey', target.model.id in('a.b','c.d')}"
        ),
        Statement(
            AnyUser(),
            "use",
            "generative-ai-chat",
            CompartmentId("ocid1.compartment.oc1..aa"),
            Both((KEY, Comparison("target.model.id", "in", ("a.b", "c.d")))),
        ),
    ),
    "path": (
        "allow group g to inspect compartments in compartment a:id:c",
        Statement(Group("g"), "inspect", "compartments", CompartmentPath(("a", "id", "c"))),
    ),
    "nesting": (
        f"{HEAD} where any {{ all {{ a.b!='c' }}, request.principal.type='generativeaiapikey' }}",
        Statement(
            AnyUser(),
            "use",
            "generative-ai-chat",
            Tenancy(),
            Either((Both((Comparison("a.b", "!=", ("c",)),)), KEY)),
        ),
    ),
    "key words as names": (
        "allow group to to use keys in compartment where where in.any='all'",
        Statement(
            Group("to"), "use", "keys", CompartmentPath(("where",)), Comparison("in.any", "=", ("all",))
        ),
    ),
    "root compartment by id": (
        "allow group g to read vaults in compartment id ocid1.tenancy.oc1..aa",
        Statement(Group("g"), "read", "vaults", CompartmentId("ocid1.tenancy.oc1..aa")),
    ),
}


@pytest.mark.parametrize(("text", "statement"), READ.values(), ids=READ.keys())
def test_statement_is_read(text: str, statement: Statement) -> None:
    """Each form of the subset becomes its value."""
    assert parse_statement(text) == statement


def test_statement_is_remembered() -> None:
    """The same text is read once."""
    assert parse_statement(HEAD) is parse_statement(HEAD)


REFUSED = {
    # What the language has and the engine doesn't read yet.
    "deny": (
        "deny any-user to use keys in tenancy",
        "deny",
        "deny statements are not read yet; only allow is",
    ),
    "define": (
        "Define tenancy t as ocid1.tenancy.oc1..a",
        "Define",
        "define statements are not read yet; only allow is",
    ),
    "any-group": (
        "allow any-group to use keys in tenancy",
        "any-group",
        "the subject any-group is not read yet; use any-user, group or dynamic-group",
    ),
    "service": (
        "allow service x to use keys in tenancy",
        "service",
        "the subject service is not read yet; use any-user, group or dynamic-group",
    ),
    "group by id": (
        "allow group id ocid1.group.oc1..a to use keys in tenancy",
        "id",
        "OCIDs are not read yet where the name of a group stands; use the name",
    ),
    "several groups": (
        "allow group a, b to use keys in tenancy",
        ",",
        "lists of groups are not read yet; write one statement for each",
    ),
    "domain": (
        "allow group Default/Admins to use keys in tenancy",
        "Default/Admins",
        "names of identity domains, and names in quotes, are not read yet",
    ),
    "quoted domain": (
        "allow group 'Default'/'Admins' to use keys in tenancy",
        "'Default'",
        "names of identity domains, and names in quotes, are not read yet",
    ),
    "permission set": (
        "allow any-user to {GENERATIVE_AI_CHAT} in tenancy",
        "{",
        "permission sets in braces are not read yet; use a verb",
    ),
    "not in": (
        f"{HEAD} where a.b not in ('c')",
        "not",
        "the operator not is not read yet; use =, != or in",
    ),
    "before": (
        f"{HEAD} where request.utc-timestamp before '2027-01-01T00:00Z'",
        "before",
        "the operator before is not read yet; use =, != or in",
    ),
    "pattern": (
        f"{HEAD} where target.model.id=/xai.grok*/",
        "/xai.grok*/",
        "patterns are not read yet; use a value, or in ('a', 'b')",
    ),
    "pattern in a list": (
        f"{HEAD} where target.model.id in ('a', /b*/)",
        "/b*/",
        "patterns are not read yet; use a value, or in ('a', 'b')",
    ),
    "quoted compartment": (
        "allow any-user to use keys in compartment 'apps'",
        "'apps'",
        "names of compartments in quotes are not read yet; use the name alone",
    ),
    # What the language doesn't have.
    "other words": ("Let any-user use keys", "Let", "expected allow"),
    "no subject": (
        "allow users to use keys in tenancy",
        "users",
        "expected any-user, group or dynamic-group",
    ),
    "quoted subject": (
        "allow 'any-user' to use keys in tenancy",
        "'any-user'",
        "expected any-user, group or dynamic-group",
    ),
    "no to": ("allow any-user use keys in tenancy", "use", "expected to"),
    "no verb": (
        "allow any-user to call keys in tenancy",
        "call",
        "expected a verb: inspect, read, use or manage",
    ),
    "misspelt family": (
        "allow any-user to use generative-ai-famly in tenancy",
        "generative-ai-famly",
        "expected a resource type or family of the table of permissions; the nearest is generative-ai-family",
    ),
    "no resource type": (
        "allow any-user to use xyzzy in tenancy",
        "xyzzy",
        "expected a resource type or family of the table of permissions",
    ),
    "no in": ("allow any-user to use keys at tenancy", "at", "expected in"),
    "no location": (
        "allow any-user to use keys in apps",
        "apps",
        "expected tenancy or compartment",
    ),
    "other ocid": (
        "allow any-user to use keys in compartment id ocid1.vault.oc1..a",
        "ocid1.vault.oc1..a",
        "expected the OCID of a compartment: ocid1.compartment...",
    ),
    "quoted ocid": (
        "allow any-user to use keys in compartment id 'ocid1.compartment.oc1..a'",
        "'ocid1.compartment.oc1..a'",
        "expected the OCID of a compartment: ocid1.compartment...",
    ),
    "gap in a path": (
        "allow any-user to use keys in compartment a: b",
        "a:",
        "expected a name on each side of each colon, without spaces",
    ),
    "slash in a path": (
        "allow any-user to use keys in compartment a/b",
        "a/b",
        "expected the name of a compartment, a path of names, or id and an OCID",
    ),
    "words behind": (f"{HEAD} please", "please", "expected where, or the end of the statement"),
    "words behind a condition": (
        f"{HEAD} where a.b='c' and d.e='f'",
        "and",
        "expected the end of the statement",
    ),
    "no variable": (
        f"{HEAD} where model='c'",
        "model",
        "expected all {, any {, or a variable such as request.principal.type",
    ),
    "hole in a variable": (
        f"{HEAD} where target..id='c'",
        "target..id",
        "expected all {, any {, or a variable such as request.principal.type",
    ),
    "no conditions": (
        f"{HEAD} where ALL {{}}",
        "}",
        "expected all {, any {, or a variable such as request.principal.type",
    ),
    "no brace": (f"{HEAD} where ALL a.b='c'", "a.b", "expected {"),
    "no comma": (f"{HEAD} where ALL {{a.b='c' d.e='f'}}", "d.e", "expected , or }"),
    "no operator": (f"{HEAD} where a.b 'c'", "'c'", "expected =, != or in"),
    "no quotes": (f"{HEAD} where a.b=c", "c", "expected a value between single quotes"),
    "no parenthesis": (f"{HEAD} where a.b in 'c'", "'c'", "expected ("),
    "no comma in a list": (f"{HEAD} where a.b in ('c' 'd')", "'d'", "expected , or )"),
    "empty list": (f"{HEAD} where a.b in ()", ")", "expected a value between single quotes"),
    # Characters.
    "double quotes": (
        f'{HEAD} where a.b="c"',
        '"',
        "\" is not a quote here; put values between single quotes, '...'",
    ),
    "typographic quotes": (
        f"{HEAD} where a.b=\u2018c\u2019",
        "\u2018",
        "\u2018 is not a quote here; put values between single quotes, '...'",
    ),
    "open quote": (f"{HEAD} where a.b='c", "'c", "this value is not closed; end it with '"),
    "placeholder": (
        "allow any-user to use keys in compartment <compartment-name>",
        "<",
        "a placeholder is not filled in: < and > are not of the policy language",
    ),
    "semicolon": (f"{HEAD};", ";", "the character ';' is not of the policy language"),
    "comment": (f"{HEAD} # why", "#", "the character '#' is not of the policy language"),
    "invisible space": (
        "allow\u00a0any-user to use keys in tenancy",
        "\u00a0",
        "the character '\\xa0' is not of the policy language",
    ),
}


@pytest.mark.parametrize(("text", "wrong", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_error_shows_the_place(text: str, wrong: str, why: str) -> None:
    """The message says what was expected, shows the statement, and underlines what is wrong."""
    with pytest.raises(StatementError) as caught:
        parse_statement(text)
    error = caught.value
    assert text[error.start : error.end] == wrong
    assert error.expected == why
    line = text.replace("\u00a0", " ")
    assert str(error) == f"{why}\n  {line}\n  {' ' * error.start}{'^' * len(wrong)}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "expected allow"),
        ("allow", "expected any-user, group or dynamic-group"),
        ("allow group", "expected the name of a group"),
        ("allow any-user to", "expected a verb: inspect, read, use or manage"),
        ("allow any-user to use keys", "expected in"),
        (
            "allow any-user to use keys in compartment id",
            "expected the OCID of a compartment: ocid1.compartment...",
        ),
        (f"{HEAD} where", "expected all {, any {, or a variable such as request.principal.type"),
        (f"{HEAD} where a.b =", "expected a value between single quotes"),
        (f"{HEAD} where ALL {{a.b='c'", "expected , or }"),
    ],
)
def test_error_when_the_statement_stops(text: str, why: str) -> None:
    """Behind the last character there is one caret."""
    with pytest.raises(StatementError) as caught:
        parse_statement(text)
    assert str(caught.value) == f"{why}\n  {text}\n  {' ' * len(text)}^"


def test_error_on_one_line_for_several() -> None:
    """Line breaks become spaces, so that the caret stands under the place."""
    with pytest.raises(StatementError) as caught:
        parse_statement("allow any-user\n\tto use keys\r\nin nowhere")
    assert str(caught.value) == (
        "expected tenancy or compartment\n"
        "  allow any-user  to use keys  in nowhere\n"
        "                                  ^^^^^^^"
    )


def test_error_under_wide_characters() -> None:
    """A value of wide letters takes two columns each, and the carets move along."""
    narrow, wide = (f"{HEAD} where a.b='{value}' or" for value in ("____", "열쇠"))
    with pytest.raises(StatementError) as caught:
        parse_statement(wide)
    columns = narrow.index(" or") + 1
    assert str(caught.value) == f"expected the end of the statement\n  {wide}\n  {' ' * columns}^^"


@pytest.mark.parametrize("depth", [33, 5000])
def test_error_when_conditions_nest_too_deep(depth: int) -> None:
    """A text of nothing but braces is refused, not followed."""
    with pytest.raises(StatementError) as caught:
        parse_statement(f"{HEAD} where {'ALL {' * depth}a.b='c'{'}' * depth}")
    assert caught.value.expected == "conditions may nest at most 32 deep here"


@settings(deadline=None)
@given(st.text(max_size=60) | st.text("allowny-usertgicp{}()=!,'/. :", max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text makes the reader stumble."""
    try:
        found: Statement | StatementError = parse_statement(text)
    except StatementError as error:
        found = error
    assert isinstance(found, Statement) or 0 <= found.start <= found.end <= len(text)
