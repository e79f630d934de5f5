"""Whatever a stack says, settings answer with settings or with problems."""

import datetime
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genaikeys.errors import KitError
from genaikeys.settings import SettingsError, from_text, load
from genaikeys.settings.document import StackDocument

pytestmark = pytest.mark.slow

WORDS = st.sampled_from(
    [
        "all",
        "us-chicago-1",
        "me-dubai-1",
        "ORD",
        "gpt-oss",
        "openai.gpt-oss-20b",
        "xai.grok-4",
        "least",
        "chat",
        "key",
        "compartment",
        "30d",
        "P1M",
        "ocid1.compartment.oc1..a",
        "ocid1.tenancy.oc1..a",
        "ocid1.vault.oc1.ord.a",
        "group a",
        "",
        "{",
        "[1]",
        "none",
        "ocid1.generativeaiendpoint.oc1.us-chicago-1.x",
        "https://team.generativeai.us-chicago-1.oci.oraclecloud.com/v1",
        "oci",
        "hosted-only",
    ]
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS, st.text(max_size=5))
NAMES = st.one_of(
    st.sampled_from(
        sorted(
            {
                "apps",
                "lab",
                "bot",
                "us-chicago-1",
                "id",
                "key",
                "parent",
                "policyScope",
                "compartment",
                "every",
                "grace",
                "expiry",
                "models",
                "regions",
                "readers",
                "rotation",
                "trigger",
                "suspended",
                "secure",
                "type",
                "wait",
                "emails",
                "budget",
                "amount",
                "adopts",
                "slots",
                "Operations.CostCenter",
                "ocid1.generativeaiendpoint.oc1.us-chicago-1.x",
            }
        )
    ),
    st.text(max_size=5),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    [
        *(f"p:{row.alias or name}" for name, row in StackDocument.model_fields.items()),
        "oci:region",
        "p:other",
        "bare",
    ]
)
GOOD = {
    "oci:region": "us-ashburn-1",
    "p:models": "gpt-oss",
    "p:regions": "us-chicago-1",
    "p:compartments": {"apps": {}},
    "p:keys": {"bot": {"compartment": "apps"}},
}


@given(st.dictionaries(KEYS, VALUES, max_size=4))
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_stack_gives_settings_or_problems(given_keys: dict[str, object]) -> None:
    """No other exception ever comes out, and no problem is without a path."""
    with suppress(SettingsError):
        load({**GOOD, **given_keys}, stack="trial", project="p", today=datetime.date(2026, 11, 23)).cells()


@given(VALUES)
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_key_gives_settings_or_problems(value: object) -> None:
    """The same one level down, where most of a stack stands."""
    for block in ("p:keys", "p:compartments", "p:vaults"):
        with suppress(SettingsError):
            load(
                {**GOOD, block: {"bot": value}}, stack="trial", project="p", today=datetime.date(2026, 11, 23)
            )


YAML = st.lists(
    st.sampled_from(
        [
            *("config:", "p:keys:", "p:models:", "oci:region:", "p:vaults:", "bot:", "compartment:", "apps"),
            *(
                "\n",
                "\n  ",
                "\n    ",
                "\n- ",
                " ",
                "  ",
                "\t",
                "- ",
                ": ",
                ", ",
                "? ",
                "<<: ",
                "---\n",
                "...\n",
            ),
            *(
                "&a ",
                "*a",
                "&b ",
                "*b",
                "[",
                "]",
                "{",
                "}",
                "'",
                '"',
                "|\n",
                ">-\n",
                "#",
                "!!set ",
                "!x ",
                "%YAML 1.2\n",
            ),
            *(
                "!!binary aGk=",
                "!!timestamp 2026-01-01",
                "!!int x",
                "!!python/name:os.system",
                "0x" + "f" * 5000,
            ),
            *(
                "null",
                "~",
                "true",
                "no",
                ".inf",
                ".nan",
                "1:20",
                "0o17",
                "1e999",
                "9" * 5000,
                "\\ud800",
                "\x00",
            ),
            *("us-chicago-1", "gpt-oss", "\u2028", "\ufeff", "\u00e9", "=", '["\\ud800"]', "'{\"a\": [1'"),
        ]
    ),
    max_size=25,
).map("".join)


@given(st.booleans(), YAML)
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_text_gives_settings_or_a_message(is_below: bool, text: str) -> None:
    """Bits of YAML in any order, alone and below a good stack."""
    good = "config:\n" + "".join(f"  {key}: {value}\n" for key, value in GOOD.items())
    with suppress(KitError):
        from_text(good + text if is_below else text, name="x", stack="x", project="p")
