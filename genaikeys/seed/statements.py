"""Puts the article's policy statements into the local OCI as they stand, and finds out what each grants.

Every statement gets a compartment of its own with two keys, and a third key lives in another compartment. The
first key is the one that a statement about one key names; nothing but the statement speaks for any of them.
"""

import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from genaikeys.catalogue import load
from genaikeys.cli.home import Home
from genaikeys.seed.article import Block, Call
from genaikeys.verify.calls import Observed, call, client_for

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
    ground = _Ground(home, region)
    here, elsewhere = (
        ground.compartment(f"article-{block.number}"),
        ground.compartment(f"article-{block.number}-other"),
    )
    keys = [ground.key(here, "named"), ground.key(here, "neighbour"), ground.key(elsewhere, "stranger")]
    ground.policy(f"article-{block.number}", fill(block, f"article-{block.number}", keys[0]))
    # A secret that is older than its policy may stay refused, so each is minted now.
    named, neighbour, stranger = (ground.secret(key) for key in keys)
    return [
        _grants(block, ground, (named, neighbour, stranger), probes),
        _needs_manage(ground, home, named, next(probe for probe in probes if probe.api == "responses")),
    ]


def _grants(block: Block, ground: "_Ground", secrets: tuple[Any, Any, Any], probes: list[Call]) -> Finding:
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


def _needs_manage(ground: "_Ground", home: Home, secret: Any, probe: Call) -> Finding:  # noqa: ANN401
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
        return Finding(
            f"with {_SWITCH} at manage, Responses is refused ({observed.reason}): {entry['reason']}", True
        )
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

    def secret(self, key: str) -> Any:  # noqa: ANN401
        from oci.generative_ai.models import KeyDetails, RenewApiKeyDetails

        from genaikeys.oci import Secret

        details = RenewApiKeyDetails(details=KeyDetails(key_name="key-one", time_expiry=self._expiry()))
        slots = self._genai.renew_api_key(key, details).data.keys
        return Secret(next(slot.key for slot in slots if slot.key_name == "key-one"))

    def call(self, secret: Any, region: str, probe: Call) -> Observed:  # noqa: ANN401
        client = client_for(secret, load().regions[region].base_url)
        return call(client, probe.model, probe.api)

    def _expiry(self) -> datetime:
        now = datetime.fromisoformat(self._home.ask("GET", "/clock")["now"])
        return now + _LIFETIME
