"""Worlds for the pure tests of rotation, told in a few words."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from genaikeys.oci import Key, Slot, VaultSecret, Version
from genaikeys.rotation import Wishes, World

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY = "ocid1.generativeaiapikey.oc1.us-chicago-1.k"
SECRET = "ocid1.vaultsecret.oc1.us-chicago-1.s"
NONE = "e3b0c442"
"""Trigger digest where there is no trigger."""


def slot(
    name: str, state: str = "ACTIVE", *, used_days_ago: float | None = None, expires_in: float = 60
) -> Slot:
    """A slot."""
    used = None if used_days_ago is None else NOW - timedelta(days=used_days_ago)
    return Slot(name, state, NOW + timedelta(days=expires_in), used)


def version(number: int, label: str, *stages: str, days_ago: float = 3, is_leaving: bool = False) -> Version:
    """A version of the Vault secret."""
    return Version(number, label, frozenset(stages), NOW - timedelta(days=days_ago), is_leaving)


def label(name: str, fingerprint: str = "a", trigger: str = NONE, mark: str = "") -> str:
    """A label of the kit's, with a fingerprint of one digit repeated."""
    return f"{name}.{fingerprint * 16}.{trigger}" + (f".{mark}" if mark else "")


PLACEHOLDER = version(1, "", "CURRENT", "LATEST")


def world(
    *versions: Version,
    slots: tuple[Slot, ...] | None = None,
    state: str = "ACTIVE",
    tags: Mapping[str, str] | None = None,
    secret_state: str = "ACTIVE",  # noqa: S107 - a lifecycle state
) -> World:
    """A world with both slots active unless told otherwise."""
    key = Key(
        id=KEY,
        display_name="chatbot",
        description="",
        compartment_id="ocid1.compartment.oc1..c",
        state=state,
        details="",
        time_created=NOW - timedelta(days=90),
        slots=slots or (slot("key-one"), slot("key-two")),
        freeform_tags=tags or {},
        defined_tags={},
        etag="e",
    )
    secret = VaultSecret(
        SECRET, "chatbot", "ocid1.vault.oc1..v", "ocid1.compartment.oc1..c", secret_state, 1, {}, "e"
    )
    return World(key, secret, versions or (PLACEHOLDER,), NOW)


def wishes(**given: object) -> Wishes:
    """Wishes of a stack with two slots, seven days of grace and one model to try."""
    usual: dict[str, object] = {
        "slot_names": ("key-one", "key-two"),
        "grace": timedelta(days=7),
        "expiry": timedelta(days=90),
        "probe_models": ("openai.gpt-oss-20b",),
    }
    return Wishes(**{**usual, **given})  # type: ignore[arg-type]  # a test names the fields
