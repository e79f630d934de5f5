"""What is read, and how everything else is refused, with the place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genaikeys.iam import Statement, StatementError, parse_statement
from genaikeys.iam.condition import Both, Comparison, Either, Pattern, Variable
from genaikeys.iam.place import (
    AnyTenancy,
    CompartmentId,
    CompartmentPath,
    RemoteCompartment,
    RemoteTenancy,
    Tenancy,
)
from genaikeys.iam.statement import Admit, Allow, Associate, Define, Deny, Endorse, Permissions, Verb
from genaikeys.iam.subject import AnyGroup, AnyUser, ById, DynamicGroups, Groups, Named, Resources, Services

KEY = Comparison("request.principal.type", "=", ("generativeaiapikey",))
HEAD = "allow any-user to use generative-ai-chat in tenancy"

READ = {
    "administrators": (
        "Allow group Administrators to manage all-resources in tenancy",
        Allow(Groups((Named("Administrators"),)), Verb("manage", "all-resources"), Tenancy()),
    ),
    "readers": (
        (
            "allow dynamic-group support-app to read secret-bundles in compartment apps"
            " where target.secret.id='ocid1.vaultsecret.oc1..a'"
        ),
        Allow(
            DynamicGroups((Named("support-app"),)),
            Verb("read", "secret-bundles"),
            CompartmentPath(("apps",)),
            Comparison("target.secret.id", "=", ("ocid1.vaultsecret.oc1..a",)),
        ),
    ),
    "models": (
        (
            "allow any-user to use generative-ai-chat in compartment id ocid1.compartment.oc1..aa where ALL {"
            "request.principal.type='generativeaiapikey', target.model.id in('a.b','c.d')}"
        ),
        Allow(
            AnyUser(),
            Verb("use", "generative-ai-chat"),
            CompartmentId("ocid1.compartment.oc1..aa"),
            Both((KEY, Comparison("target.model.id", "in", ("a.b", "c.d")))),
        ),
    ),
    "path": (
        "allow group g to inspect compartments in compartment a:id:c",
        Allow(Groups((Named("g"),)), Verb("inspect", "compartments"), CompartmentPath(("a", "id", "c"))),
    ),
    "nesting": (
        f"{HEAD} where any {{ all {{ a.b!='c' }}, request.principal.type='generativeaiapikey' }}",
        Allow(
            AnyUser(),
            Verb("use", "generative-ai-chat"),
            Tenancy(),
            Either((Both((Comparison("a.b", "!=", ("c",)),)), KEY)),
        ),
    ),
    "key words as names": (
        "allow group to to use keys in compartment where where in.any='all'",
        Allow(
            Groups((Named("to"),)),
            Verb("use", "keys"),
            CompartmentPath(("where",)),
            Comparison("in.any", "=", ("all",)),
        ),
    ),
    "root compartment by id": (
        "allow group g to read vaults in compartment id ocid1.tenancy.oc1..aa",
        Allow(Groups((Named("g"),)), Verb("read", "vaults"), CompartmentId("ocid1.tenancy.oc1..aa")),
    ),
    "deny": (
        "Deny any-user to inspect all-resources in tenancy",
        Deny(AnyUser(), Verb("inspect", "all-resources"), Tenancy()),
    ),
    "groups of every form": (
        "allow group a, 'B c', Default/d, 'E'/'f g', id ocid1.group.oc1..x to use keys in tenancy",
        Allow(
            Groups((Named("a"), Named("B c"), Named("d"), Named("f g", "E"), ById("ocid1.group.oc1..x"))),
            Verb("use", "keys"),
            Tenancy(),
        ),
    ),
    "domains close together": (
        "allow dynamic-group X/a,Y/b to use keys in tenancy",
        Allow(DynamicGroups((Named("a", "X"), Named("b", "Y"))), Verb("use", "keys"), Tenancy()),
    ),
    "any-group": (
        "allow any-group to inspect users in tenancy",
        Allow(AnyGroup(), Verb("inspect", "users"), Tenancy()),
    ),
    "services": (
        "allow service FaaS, blockstorage to use virtual-network-family in compartment apps",
        Allow(
            Services(("FaaS", "blockstorage")),
            Verb("use", "virtual-network-family"),
            CompartmentPath(("apps",)),
        ),
    ),
    "resources": (
        "allow resource instance to read secret-bundles in tenancy",
        Allow(Resources(("instance",)), Verb("read", "secret-bundles"), Tenancy()),
    ),
    "permissions": (
        "allow any-user to {GENERATIVE_AI_CHAT,key_read} in tenancy",
        Allow(AnyUser(), Permissions(("GENERATIVE_AI_CHAT", "KEY_READ")), Tenancy()),
    ),
    "a type that no table holds": (
        "allow any-user to use xyzzy in tenancy",
        Allow(AnyUser(), Verb("use", "xyzzy"), Tenancy()),
    ),
    "quoted names and spaced colons": (
        "allow any-user to use keys in compartment 'a b' : c",
        Allow(AnyUser(), Verb("use", "keys"), CompartmentPath(("a b", "c"))),
    ),
    "quoted ocid": (
        "allow any-user to use keys in compartment id 'ocid1.compartment.oc1..a'",
        Allow(AnyUser(), Verb("use", "keys"), CompartmentId("ocid1.compartment.oc1..a")),
    ),
    "patterns": (
        f"{HEAD} where any {{ a.b=/x.*/, a.b != /* y*/, a.b in ('c', /d*/), a.b not in (/e*/) }}",
        Allow(
            AnyUser(),
            Verb("use", "generative-ai-chat"),
            Tenancy(),
            Either(
                (
                    Comparison("a.b", "=", (Pattern("x.*"),)),
                    Comparison("a.b", "!=", (Pattern("* y*"),)),
                    Comparison("a.b", "in", ("c", Pattern("d*"))),
                    Comparison("a.b", "not in", (Pattern("e*"),)),
                )
            ),
        ),
    ),
    "times": (
        f"{HEAD} where ALL {{ a.b before '1', a.b AFTER '2', a.b between '3' and '4' }}",
        Allow(
            AnyUser(),
            Verb("use", "generative-ai-chat"),
            Tenancy(),
            Both(
                (
                    Comparison("a.b", "before", ("1",)),
                    Comparison("a.b", "after", ("2",)),
                    Comparison("a.b", "between", ("3", "4")),
                )
            ),
        ),
    ),
    "comments": (
        f"# for the app\n{HEAD} // every key\n  where a.b='#c' // and no more",
        Allow(AnyUser(), Verb("use", "generative-ai-chat"), Tenancy(), Comparison("a.b", "=", ("#c",))),
    ),
    "variables as values": (
        f"{HEAD} where all {{ request.principal.id = target.user.id, a.b in ('c', Request.Region) }}",
        Allow(
            AnyUser(),
            Verb("use", "generative-ai-chat"),
            Tenancy(),
            Both(
                (
                    Comparison("request.principal.id", "=", (Variable("target.user.id"),)),
                    Comparison("a.b", "in", ("c", Variable("Request.Region"))),
                )
            ),
        ),
    ),
    "spaces around the slash of a domain": (
        "allow group A / b, C / d to use keys in tenancy where e.f = /g*/",
        Allow(
            Groups((Named("b", "A"), Named("d", "C"))),
            Verb("use", "keys"),
            Tenancy(),
            Comparison("e.f", "=", (Pattern("g*"),)),
        ),
    ),
    "define": (
        "Define tenancy Partner as ocid1.tenancy.oc1..p",
        Define("tenancy", Named("Partner"), "ocid1.tenancy.oc1..p"),
    ),
    "define with id": (
        "define dynamic-group X/y as id ocid1.dynamicgroup.oc1..p",
        Define("dynamic-group", Named("y", "X"), "ocid1.dynamicgroup.oc1..p"),
    ),
    "endorse": (
        "Endorse group g to manage object-family in tenancy Partner where a.b='c'",
        Endorse(
            Groups((Named("g"),)),
            Verb("manage", "object-family"),
            RemoteTenancy("Partner"),
            Comparison("a.b", "=", ("c",)),
        ),
    ),
    "endorse in a compartment": (
        "endorse any-user to read buckets in compartment a:b of tenancy Partner",
        Endorse(
            AnyUser(),
            Verb("read", "buckets"),
            RemoteCompartment(CompartmentPath(("a", "b")), RemoteTenancy("Partner")),
        ),
    ),
    "endorse permissions": (
        "deny endorse any-user {BUCKET_READ} in any-tenancy",
        Endorse(AnyUser(), Permissions(("BUCKET_READ",)), AnyTenancy(), None, denied=True),
    ),
    "endorse an association": (
        (
            "endorse group g to associate local-peering-gateways in compartment a"
            " with local-peering-gateways in tenancy Partner"
        ),
        Endorse(
            Groups((Named("g"),)),
            Associate("local-peering-gateways", CompartmentPath(("a",)), "local-peering-gateways"),
            RemoteTenancy("Partner"),
        ),
    ),
    "admit": (
        "Admit group g of tenancy Partner to manage object-family in compartment id ocid1.compartment.oc1..a",
        Admit(
            Groups((Named("g"),)),
            RemoteTenancy("Partner"),
            Verb("manage", "object-family"),
            CompartmentId("ocid1.compartment.oc1..a"),
        ),
    ),
    "admit from anywhere": (
        "deny admit any-user of any-tenancy to { BUCKET_READ } in tenancy",
        Admit(AnyUser(), AnyTenancy(), Permissions(("BUCKET_READ",)), Tenancy(), None, denied=True),
    ),
    "admit an association": (
        "admit group g to associate a-b in tenancy Partner with c-d in compartment e",
        Admit(
            Groups((Named("g"),)),
            None,
            Associate("a-b", RemoteTenancy("Partner"), "c-d"),
            CompartmentPath(("e",)),
        ),
    ),
}


@pytest.mark.parametrize(("text", "statement"), READ.values(), ids=READ.keys())
def test_statement_is_read(text: str, statement: Statement) -> None:
    """Each form of the language becomes its value."""
    assert parse_statement(text) == statement


def test_statement_is_remembered() -> None:
    """The same text is read once."""
    assert parse_statement(HEAD) is parse_statement(HEAD)


REFUSED = {
    # What the language doesn't have.
    "other words": ("Let any-user use keys", "Let", "expected allow, deny, define, endorse or admit"),
    "no subject": (
        "allow users to use keys in tenancy",
        "users",
        "expected any-user, any-group, group, dynamic-group, service or resource",
    ),
    "quoted subject": (
        "allow 'any-user' to use keys in tenancy",
        "'any-user'",
        "expected any-user, any-group, group, dynamic-group, service or resource",
    ),
    "no to": ("allow any-user use keys in tenancy", "use", "expected to"),
    "no verb": (
        "allow any-user to call keys in tenancy",
        "call",
        "expected a verb (inspect, read, use, manage), or permissions between { and }",
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
    "slash in a path": (
        "allow any-user to use keys in compartment a/b",
        "/",
        "expected where, or the end of the statement",
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
    "no operator": (f"{HEAD} where a.b 'c'", "'c'", "expected =, !=, in, not in, before, after or between"),
    "no quotes": (f"{HEAD} where a.b=c", "c", "expected a value between single quotes"),
    "no parenthesis": (f"{HEAD} where a.b in 'c'", "'c'", "expected ("),
    "no comma in a list": (f"{HEAD} where a.b in ('c' 'd')", "'d'", "expected , or )"),
    "empty list": (f"{HEAD} where a.b in ()", ")", "expected a value between single quotes"),
    "no members": ("allow group a, to use keys in tenancy", "use", "expected to"),
    "no permissions": (
        "allow any-user to {} in tenancy",
        "}",
        "expected a permission, such as GENERATIVE_AI_CHAT",
    ),
    "no brace behind permissions": (
        "allow any-user to {A keys in tenancy",
        "keys",
        "expected , or }",
    ),
    "number as a resource type": (
        "allow any-user to use 7 in tenancy",
        "7",
        "expected a resource type, a family or all-resources",
    ),
    "a group in an ocid": (
        "allow group id admins to use keys in tenancy",
        "admins",
        "expected an OCID: ocid1...",
    ),
    "nothing behind a colon": (
        "allow any-user to use keys in compartment a: where a.b='c'",
        "a.b",
        "expected where, or the end of the statement",
    ),
    "not alone": (f"{HEAD} where a.b not 'c'", "'c'", "expected in behind not"),
    "a pattern as a time": (
        f"{HEAD} where a.b before /c*/",
        "/c*/",
        "expected a value between single quotes",
    ),
    "half a range": (f"{HEAD} where a.b between 'c' or 'd'", "or", "expected and"),
    "presence": (
        f"{HEAD} where target.model.id",
        "",
        "expected =, !=, in, not in, before, after or between",
    ),
    "association at home": (
        "allow any-user to associate a in tenancy with b in tenancy",
        "associate",
        "expected a verb (inspect, read, use, manage), or permissions between { and }",
    ),
    "endorse without a place": ("endorse any-user to use keys", "", "expected in"),
    "admit of nobody": (
        "admit any-user of Partner to use keys in tenancy",
        "Partner",
        "expected tenancy and its name, or any-tenancy",
    ),
    "a group of any tenancy": (
        "admit group g of any-tenancy to use keys in tenancy",
        "any-tenancy",
        "only any-user and any-group can be of any-tenancy",
    ),
    "endorse at home": (
        "endorse any-user to use keys in tenancy",
        "",
        "expected the name of a tenancy, or any-tenancy",
    ),
    "admit elsewhere": (
        "admit any-user of any-tenancy to use keys in tenancy Partner",
        "Partner",
        "expected where, or the end of the statement",
    ),
    "a tenancy in a domain": ("define tenancy a/b as ocid1.tenancy.oc1..a", "/", "expected as"),
    "an ocid without id": (
        "allow group ocid1.group.oc1..a to use keys in tenancy",
        "ocid1.group.oc1..a",
        "expected a name; an OCID stands behind the word id",
    ),
    "an ocid as a value": (
        f"{HEAD} where a.b=ocid1.group.oc1.iad.a",
        "ocid1.group.oc1.iad.a",
        "expected a value between single quotes",
    ),
    "define a user": (
        "define user u as ocid1.user.oc1..u",
        "user",
        "expected tenancy, group, dynamic-group or compartment",
    ),
    # Characters.
    "backslash in a pattern": (
        f"{HEAD} where a.b=/c\\d/",
        "\\",
        "the character '\\\\' is not of the policy language",
    ),
    "comment in a word": (f"{HEAD}#why", "#", "the character '#' is not of the policy language"),
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
    assert str(error) == f"{why}\n  {line}\n  {' ' * error.start}{'^' * max(1, len(wrong))}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "expected allow, deny, define, endorse or admit"),
        ("allow", "expected any-user, any-group, group, dynamic-group, service or resource"),
        ("allow group", "expected the name of a group, or id and its OCID"),
        ("allow any-user to", "expected a verb (inspect, read, use, manage), or permissions between { and }"),
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
