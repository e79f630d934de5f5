"""Puts the article's policy statements into the local OCI as they stand, and finds out what each grants.

Every statement gets a compartment of its own with two keys, and a third key lives in another compartment. The
first key is the one that a statement about one key names; nothing but the statement speaks for any of them.
"""

import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from genaikeys.catalogue import load
from genaikeys.cli.home import Home
from genaikeys.seed.article import Block, Call
from genaikeys.verify.calls import Observed, call, client_for

if TYPE_CHECKING:
    from genaikeys.oci import Secret

__all__ = ["Finding", "check", "fill", "names_one_key"]

_COMPARTMENT = "<compartment-name>"
_KEY = re.compile(r"ocid1\.generativeaiapikey\.[^']*")
_SWITCH = "responses-need"
_LIFETIME = timedelta(days=90)


@dataclass(frozen=True)
class Finding:
    """What was found out about a statement, in words, and whether it is what the article says."""

    text: str
    as_expected: bool


def names_one_key(block: Block) -> bool:
    """Say whether a statement is about one key; otherwise it is about every key of its compartment."""
    return "request.principal.id" in block.text


def fill(block: Block, compartment: str, key: str) -> str:
    """Fill the article's placeholders: the compartment's name and the key's OCID; nothing else is touched."""
    return _KEY.sub(lambda _: key, block.text.replace(_COMPARTMENT, compartment)).strip()


def check(block: Block, home: Home, region: str, probes: list[Call]) -> list[Finding]:
    """Put a statement into the local OCI and call with three keys.

    Args:
        block: The statement.
        home: The local home whose environment this process has.
        region: Where the keys live.
        probes: What to call; each of them answers where a key may call at all.

    Returns:
        What the statement grants; and what becomes of Responses when OCI asks for more than the statement
        gives.
    """
    from oci.exceptions import ServiceError

    try:
        ground = _Ground(home, region)
        secrets = _mint(block, ground)
    except ServiceError as refusal:
        return [Finding(f"the local OCI refuses it: {refusal.status} {refusal.message}", False)]
    responses = next(probe for probe in probes if probe.api == "responses")
    return [_grants(block, ground, secrets, probes), _needs_manage(ground, home, secrets[0], responses)]


def _mint(block: Block, ground: "_Ground") -> tuple["Secret", "Secret", "Secret"]:
    """Make the keys and the policy; return secrets of the key that is named, its neighbour and a stranger."""
    name = f"article-{block.number}"
    here, elsewhere = ground.compartment(name), ground.compartment(f"{name}-other")
    keys = [ground.key(here, "named"), ground.key(here, "neighbour"), ground.key(elsewhere, "stranger")]
    ground.policy(name, fill(block, name, keys[0]))
    # A secret that is older than its policy may stay refused, so each is minted now.
    return ground.secret(keys[0]), ground.secret(keys[1]), ground.secret(keys[2])


def _grants(
    block: Block, ground: "_Ground", secrets: tuple["Secret", "Secret", "Secret"], probes: list[Call]
) -> Finding:
    one = names_one_key(block)
    wanted = {
        "the key it names" if one else "a key of the compartment": (secrets[0], ground.region, True),
        "another key of the compartment": (secrets[1], ground.region, not one),
        "a key of another compartment": (secrets[2], ground.region, False),
        "the key in another region": (secrets[0], ground.other_region, False),
    }
    words, met = [], True
    for who, (secret, region, may) in wanted.items():
        observed = [ground.call(secret, region, probe).answer for probe in probes]
        if observed == ["yes"] * len(probes):
            words.append(f"{who} may call")
        elif observed == ["no"] * len(probes):
            words.append(f"{who} may not")
        else:
            words.append(f"{who}: {', '.join(observed)}")
        met = met and observed == ["yes" if may else "no"] * len(probes)
    apis = " and ".join(
        dict.fromkeys("Responses" if probe.api == "responses" else "Chat" for probe in probes)
    )
    return Finding(f"{apis}: {'; '.join(words)}", met)


def _needs_manage(ground: "_Ground", home: Home, secret: "Secret", probe: Call) -> Finding:
    before = next(
        each["value"] for each in home.ask("GET", "/switches")["switches"] if each["name"] == _SWITCH
    )
    home.ask("PUT", f"/switches/{_SWITCH}", {"value": "manage"})
    try:
        observed = ground.call(secret, ground.region, probe)
    finally:
        home.ask("PUT", f"/switches/{_SWITCH}", {"value": before})
    entry = home.journal()[-1]
    if observed.answer == "no":
        # What follows names the statement, which is the block's own text.
        why = str(entry["reason"]).partition("; the closest statement")[0]
        return Finding(f"with {_SWITCH} at manage, Responses is refused: {why}", True)
    return Finding(
        f"with {_SWITCH} at manage, Responses gives {observed.answer} {observed.reason}".rstrip(), False
    )


class _Ground:
    """Compartments, keys and policies of our own in the local OCI, made with the official SDK."""

    def __init__(self, home: Home, region: str) -> None:
        import oci

        self.region = region
        # Any other region of the same home will do: a key is of no use outside its own.
        self.other_region = "us-ashburn-1" if region != "us-ashburn-1" else "us-phoenix-1"
        self._home = home
        config = oci.config.from_file(str(home.oci_config))
        self._identity = oci.identity.IdentityClient(config)
        self._genai = oci.generative_ai.GenerativeAiClient({**config, "region": region})
        self._tenancy = home.tenancy

    def compartment(self, name: str) -> str:
        from oci.identity.models import CreateCompartmentDetails

        details = CreateCompartmentDetails(
            compartment_id=self._tenancy, name=name, description="For one statement"
        )
        return str(self._identity.create_compartment(details).data.id)

    def key(self, compartment: str, name: str) -> str:
        from oci.generative_ai.models import CreateApiKeyDetails, KeyDetails

        slots = [KeyDetails(key_name=slot, time_expiry=self._expiry()) for slot in ("key-one", "key-two")]
        details = CreateApiKeyDetails(compartment_id=compartment, display_name=name, key_details=slots)
        return str(self._genai.create_api_key(details).data.id)

    def policy(self, name: str, statement: str) -> None:
        from oci.identity.models import CreatePolicyDetails

        details = CreatePolicyDetails(
            compartment_id=self._tenancy, name=name, description="From the article", statements=[statement]
        )
        self._identity.create_policy(details)
        switches = {each["name"]: each["value"] for each in self._home.ask("GET", "/switches")["switches"]}
        time.sleep(float(switches["policy-delay"]) + 0.2)

    def secret(self, key: str) -> "Secret":
        from oci.generative_ai.models import KeyDetails, RenewApiKeyDetails

        from genaikeys.oci import Secret

        details = RenewApiKeyDetails(details=KeyDetails(key_name="key-one", time_expiry=self._expiry()))
        slots = self._genai.renew_api_key(key, details).data.keys
        return Secret(next(slot.key for slot in slots if slot.key_name == "key-one"))

    def call(self, secret: "Secret", region: str, probe: Call) -> Observed:
        client = client_for(secret, load().regions[region].base_url)
        return call(client, probe.model, probe.api)

    def _expiry(self) -> datetime:
        now = datetime.fromisoformat(self._home.ask("GET", "/clock")["now"])
        return now + _LIFETIME
