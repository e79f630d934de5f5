"""Whatever a stack says, settings answer with settings or with problems."""

import datetime
from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genaikeys.settings import SettingsError, load
from genaikeys.settings.document import StackDocument

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
    [*(f"p:{name}" for name in StackDocument.model_fields), "oci:region", "p:other", "bare"]
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
