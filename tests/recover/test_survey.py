"""What the state rests on, judged by what OCI says."""

import pytest

from genaikeys.errors import KitError
from genaikeys.oci import Presence
from genaikeys.recover.state import parse
from genaikeys.recover.survey import TYPES, Found, fallen, judge, place_of, publications_adrift
from tests.recover import states

_HERE = Presence("here", "OCI shows it as ACTIVE.")
_GONE = Presence("gone", "The list works and lacks it.")
_LEAVING = Presence("leaving", "OCI shows it as PENDING_DELETION until 2026-12-23 12:00 UTC.")
_UNKNOWN = Presence("unknown", "The caller needs: inspect vaults in compartment id c.")


def _found(**verdicts: Presence) -> list[Found]:
    """The survey of the usual stack; each kind is there unless told otherwise."""
    state = parse(states.exported())
    return [
        Found(
            each, TYPES[each.type], "us-chicago-1", verdicts.get(each.type.rpartition(":")[2].lower(), _HERE)
        )
        for each in state.resources
        if each.type in TYPES
    ]


def _verdicts(found: list[Found]) -> dict[str, str]:
    return {each.kind.noun: each.presence.verdict for each in found}


def test_only_a_key_is_looked_for_at_its_vault() -> None:
    """A vault has the same endpoint among its outputs, but is no key."""
    state = parse(states.exported())
    endpoints = {each.type: place_of(state, each).endpoint for each in state.resources if each.type in TYPES}
    assert {kind: where for kind, where in endpoints.items() if where} == {"oci:Kms/key:Key": "https://v"}


def test_what_lay_in_a_gone_vault_is_gone() -> None:
    """Its key can't even be asked for any more."""
    found = fallen(_found(vault=_GONE, key=Presence("unknown", "no answer")))
    assert _verdicts(found) == {"vault": "gone", "AES key": "gone", "Vault secret": "gone", "policy": "here"}
    key = next(each for each in found if each.kind.noun == "AES key")
    assert key.presence.evidence == f"It lay in {states.VAULT}, which is gone."


def test_nothing_wrong_is_nothing_to_judge() -> None:
    """Everything is there."""
    judge(fallen(_found()), ())


def test_unknown_is_refused_with_what_is_missing() -> None:
    """Nothing is changed before it can be told."""
    with pytest.raises(KitError) as refused:
        judge(_found(vault=_UNKNOWN, secret=_GONE), ())
    assert str(refused.value) == (
        "It can't be told whether these are gone, so nothing was changed:\n"
        f"  vault x ({states.VAULT})\n"
        "    The caller needs: inspect vaults in compartment id c.\n"
        "Give the caller what is missing, or wait until OCI answers; then run this again."
    )


def test_leaving_is_refused_with_the_way_back() -> None:
    """The command is whole: it can be pasted."""
    with pytest.raises(KitError) as refused:
        judge(_found(secret=_LEAVING), ())
    assert refused.value.why == (
        f"  Vault secret x ({states.SECRET})\n"
        "    OCI shows it as PENDING_DELETION until 2026-12-23 12:00 UTC.\n"
        f"    oci vault secret cancel-secret-deletion --secret-id {states.SECRET} --region us-chicago-1"
    )


def test_leaving_vault_is_named_without_what_lies_in_it() -> None:
    """It brings its key and secrets back."""
    with pytest.raises(KitError) as refused:
        judge(_found(vault=_LEAVING, key=_LEAVING, secret=_LEAVING), ())
    assert str(refused.value).count("cancel-") == 1


def test_what_a_killed_run_was_deleting_may_leave() -> None:
    """Its deletion was wanted."""
    state = parse(states.exported(pending=(("deleting", states.secret(states.SECRET)),)))
    judge(_found(secret=_LEAVING), state.pending)


def test_gone_key_of_a_secret_has_no_way_back() -> None:
    """What it encrypted can't be read; the message says how to start anew."""
    with pytest.raises(KitError) as refused:
        judge(_found(key=_GONE), ())
    assert (
        refused.value.what
        == f"The AES key x ({states.KEY}) is gone, and with it every value that it encrypted:"
    )


@pytest.mark.parametrize(
    ("without", "gone", "is_adrift"),
    [
        pytest.param((), set(), False, id="all-there"),
        pytest.param((), {states.POLICY}, True, id="policy-gone"),
        pytest.param((), {states.VAULT}, True, id="vault-gone"),
        pytest.param(("oci:Identity/policy:Policy",), set(), True, id="policy-dropped-by-a-refresh"),
        pytest.param(("oci:Vault/secret:Secret",), set(), True, id="secret-dropped-by-a-refresh"),
        pytest.param(("oci:Kms/vault:Vault",), set(), False, id="vault-of-somebody-else"),
    ],
)
def test_publication_is_forgotten_with_what_it_rests_on(
    without: tuple[str, ...], gone: set[str], is_adrift: bool
) -> None:
    """Its own id is its secret's, which proves nothing; a vault may be named in the stack."""
    found = publications_adrift(parse(states.exported(without=without)), gone)
    assert [each.type for each in found] == ["genaikeys:index:RotatingSecret"] * is_adrift
