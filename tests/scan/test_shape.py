"""What is taken for a secret, and what isn't."""

import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genaikeys.scan.shape import RULE, Kind, hidden, kind_of
from tests.local import CHECKOUT
from tests.scan.made import LETTERS, local_value, pieces, value

RULE_FILE = CHECKOUT / "rules" / "gitleaks.toml"
URL_LETTERS = LETTERS + "-_"


def _rule() -> dict[str, Any]:
    found: list[dict[str, Any]] = tomllib.loads(RULE_FILE.read_text(encoding="utf-8"))["rules"]
    assert len(found) == 1
    return found[0]


def by_the_rule(text: str) -> str | None:
    """The secret that the rule file's expressions find in a text, as gitleaks applies them."""
    rule = _rule()
    found = re.search(rule["regex"], text)
    if found is None:
        return None
    secret = found[rule["secretGroup"]]
    allowed = [pattern for allowlist in rule["allowlists"] for pattern in allowlist["regexes"]]
    return None if any(re.search(pattern, secret) for pattern in allowed) else secret


SECRETS: Mapping[str, Callable[[], tuple[str, Kind]]] = {
    "48 letters": lambda: (value(48), Kind.SHAPE),
    "40 letters": lambda: (value(40), Kind.SHAPE),
    "64 letters": lambda: (value(64), Kind.SHAPE),
    "200 letters": lambda: (value(200), Kind.SHAPE),
    "64 hexadecimal digits": lambda: (value(64, "0123456789abcdef"), Kind.SHAPE),
    "letters of URLs": lambda: (value(32) + "-" + value(20)[3:], Kind.SHAPE),
    "of a local OCI": lambda: (local_value(), Kind.LOCAL),
    "of OpenAI, for a project": lambda: ("sk-proj-" + value(100)[3:], Kind.OTHER),
    "of OpenAI, for a service": lambda: ("sk-svcacct-" + value(60)[3:], Kind.OTHER),
    "of OpenAI, by its infix": lambda: (value(20) + "T3Blbk" + "FJ" + value(20)[3:], Kind.OTHER),
    "of Anthropic": lambda: ("sk-ant-api03-" + value(90)[3:], Kind.OTHER),
    "of OpenRouter": lambda: ("sk-or-v1-" + value(64, "0123456789abcdef")[3:], Kind.OTHER),
}
"""What is a secret, made at run time, and of which kind."""

NO_SECRETS: Mapping[str, Callable[[], str]] = {
    "too short": lambda: value(39),
    "too long": lambda: value(201),
    "dots": lambda: "sk-...",
    "stars": lambda: "sk-****" + value(4)[3:],
    "one letter": lambda: "sk-" + "x" * 48,
    "one letter, in part": lambda: value(20) + "xxxxxx" + value(20)[3:],
    "few letters": lambda: "sk-" + "ab12" * 12,
    "an alphabet": lambda: "sk-" + "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKL",
    "says example": lambda: value(20) + "EXAMPLE" + value(20)[3:],
    "says your": lambda: "sk-your-" + value(44)[3:],
    "a name": lambda: "sk-folding-cube-and-a-rather-long-name-of-a-CSS-class",
    "an end of a name": lambda: "disk-usage-by-partition-and-by-owner-for-2026-11-23-v2",
    "a name with a UUID": lambda: "task-run-3f2504e0-4f89-41d3-9a0c-0305e82c3301",
    "a piece of something longer": lambda: value(60)[3:] + value(48),
    "a word of a list without blanks": lambda: (
        "sSamaritaansk-AramskSamburuSasakSantaliNgambaySanguSiciliaansk"
    ),
    "in base64 for URLs": lambda: "AEnB2Up5pzFg" + value(60, URL_LETTERS),
    "of Stripe": lambda: "sk_live_" + value(48)[3:],
    "of LiteLLM": lambda: value(22, URL_LETTERS),
    "of DeepSeek": lambda: value(32, "0123456789abcdef"),
    "the marker alone": lambda: "sk-localtest-nobody",
}
"""What is none, made at run time."""


def _kind(text: str) -> Kind | None:
    start = text.find("sk-")
    if start < 0:
        return None
    token = re.match(r"[0-9A-Za-z_-]+", text[start:])
    return kind_of(token[0].encode() if token else b"", text[:start].encode())


@pytest.mark.parametrize("name", SECRETS)
def test_secret_is_told_by_its_looks(name: str) -> None:
    """Each kind by what its vendor documents, or by what OCI issues."""
    secret, kind = SECRETS[name]()

    assert _kind(secret) == kind


@pytest.mark.parametrize("name", NO_SECRETS)
def test_no_secret_is_left_alone(name: str) -> None:
    """Placeholders, names and what is too short or too long."""
    assert _kind(NO_SECRETS[name]()) is None


def test_rule_file_has_the_kits_expression() -> None:
    """The same pattern, letter by letter."""
    rule = _rule()

    assert rule["regex"] == RULE
    assert rule["keywords"] == ["sk-"]


@pytest.mark.parametrize("name", [name for name in (*SECRETS, *NO_SECRETS) if name != "few letters"])
def test_rule_file_agrees_with_the_kit(name: str) -> None:
    """What the kit counts is what the rule finds; few letters are left to gitleaks' entropy."""
    text = SECRETS[name]()[0] if name in SECRETS else NO_SECRETS[name]()
    assert by_the_rule(f'key = "{text}"') == (text if _kind(text) == Kind.SHAPE else None)


@given(st.text(LETTERS, min_size=44, max_size=80).filter(lambda tail: len(set(tail)) > 20))
def test_any_value_of_the_shape_is_told(tail: str) -> None:
    """However its letters fall, unless they fall as in a placeholder."""
    runs = re.search(r"(?i)(.)\1{5}|abcdefgh|12345678|01234567", tail)

    assert (_kind(f"sk-{tail}") == Kind.SHAPE) == (runs is None)


@given(st.text(st.characters(codec="utf-8"), max_size=30), st.text(st.characters(codec="utf-8"), max_size=30))
def test_hidden_text_holds_no_secret(before: str, after: str) -> None:
    """Whatever stands around it; control characters can't reach the terminal either."""
    secret = value()
    shown = hidden(before + secret + after)

    assert not any(piece in shown for piece in pieces(secret))
    assert shown.isprintable()


@pytest.mark.parametrize("name", ["docs/task-management-guide.md", "a/risk-assessment-2026-11.txt", "sk-"])
def test_names_are_shown(name: str) -> None:
    """What people call things stays readable."""
    assert hidden(name) == name
