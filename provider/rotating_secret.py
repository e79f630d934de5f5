"""``genaikeys:index:RotatingSecret``: the value of an API key, published in a Vault secret and rotated."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from genaikeys import schedule
from genaikeys.errors import KitError
from genaikeys.oci import OciError, VaultSecret
from genaikeys.oci.places import is_leaving
from genaikeys.rotation import Wishes, World, forecast, observe, run, settled
from genaikeys.rotation.labels import trigger_digest
from genaikeys.rotation.step import PutOff
from provider.inputs import duration, problems
from provider.resource import Change, Checked, Context, PartlyMade, Seen, Urn, Values
from provider.values import UNKNOWN, Unknown

__all__ = ["RotatingSecretResource"]

_AFTER_POLICY = 3.0
"""Seconds between the policies, which are there before this resource, and the first renewal."""
_KNOWN_LATER = ("slotInUse", "secretVersion", "fingerprint", "rotatedAt", "slots")
_WAIT = "15s"
_OPTIONS = {"every": "rotateEvery", "grace": "grace", "expiry": "expiry"}


class RotatingSecretResource:
    """Publishes, rotates and watches a key's secret. Outputs are names, numbers, times and a fingerprint."""

    type = "genaikeys:index:RotatingSecret"

    def check(self, urn: Urn, olds: Mapping[str, Any], news: Values) -> Checked:
        """Types, durations, and that the durations make sense together."""
        failures = list(
            problems(
                news,
                required={
                    "apiKeyId": str,
                    "region": str,
                    "vaultSecretId": str,
                    "vaultId": str,
                    "policyIds": list,
                    "keyNames": list,
                    "grace": str,
                    "expiry": str,
                },
                optional={"rotateEvery": str, "trigger": str, "suspended": bool, "probe": dict},
                durations=("rotateEvery", "grace", "expiry"),
            )
        )
        failures += _probe_failures(news.get("probe"))
        if not failures and not any(isinstance(news.get(name), Unknown) for name in _OPTIONS.values()):
            every = duration(news, "rotateEvery") if news.get("rotateEvery") else None
            wrong = schedule.contradictions(every, duration(news, "grace"), duration(news, "expiry"))
            failures += [(_OPTIONS[each.option], f"{each.what}; allowed: {each.allowed}") for each in wrong]
        return Checked(news, tuple(failures))

    def diff(self, olds: Values, news: Values, outputs: Values) -> Change:
        """Changed inputs, another Vault secret, and a world that is not as it should be."""
        names = sorted({*olds, *news} - {"vaultSecretId"})
        wrong = ("attention",) if outputs.get("attention") else ()
        return Change(
            updates=(*(name for name in names if olds.get(name) != news.get(name)), *wrong),
            replaces=("vaultSecretId",) if olds.get("vaultSecretId") != news.get("vaultSecretId") else (),
            from_outputs=wrong,
        )

    def foresee(self, urn: Urn, inputs: Values, context: Context) -> tuple[str, Values]:
        """What a first publication will bring is unknown."""
        return "", self.preview(inputs, {})

    def preview(self, inputs: Values, outputs: Values) -> Values:
        """What a publication or rotation will change is unknown; the rest stays."""
        return {**inputs, **dict.fromkeys(_KNOWN_LATER, UNKNOWN), "attention": []}

    def create(self, urn: Urn, inputs: Values, context: Context) -> tuple[str, Values]:
        """Renew a slot, stage its value in Vault, try it, and promote it.

        Raises:
            PartlyMade: It is begun; the next run goes on from there.
        """
        return inputs["vaultSecretId"], self._brought_about(
            inputs, _wishes(inputs), context, not_before=time.monotonic() + _AFTER_POLICY
        )

    def read(self, urn: Urn, id: str, inputs: Values, context: Context) -> Seen:  # noqa: A002
        """The secret as it is, once everything that it rests on is confirmed.

        Raises:
            KitError: The vault, a policy, the secret or the key isn't confirmed: nothing is taken as gone.
        """
        if "apiKeyId" not in inputs:
            raise KitError(
                "A RotatingSecret can't be imported by its id alone",
                why="The id is the Vault secret's; which key it belongs to stands in the program.",
                next_step="Let the program declare it: the first `pulumi up` takes the secret over as it is.",
            )
        region = inputs["region"]
        secret = _confirmed(f"Vault secret {id}", lambda: settled(context.oci, region, id))
        if secret.state == "DELETED":
            return Seen()
        _check_base(secret, inputs, context)
        world = _confirmed(
            f"API key {inputs['apiKeyId']}", lambda: observe(context.oci, region, inputs["apiKeyId"], secret)
        )
        found = inputs
        if world.is_suspended is not bool(inputs.get("suspended")):
            found = {**inputs, "suspended": world.is_suspended}
        ahead = forecast(world, _wishes(inputs))
        if isinstance(ahead.step, PutOff):
            context.warn(ahead.step.reason)
        if ahead.is_pressing:
            context.tell(str(ahead))
        else:
            context.hint(str(ahead))
        attention = [ahead.attention] if ahead.attention else []
        if found is not inputs:
            attention = []  # the inputs say it already
        return Seen(id, found, {**_outputs(world), "attention": attention})

    def update(self, urn: Urn, id: str, olds: Values, news: Values, context: Context) -> Values:  # noqa: A002
        """Rotate, suspend, resume or finish what an earlier run began.

        Raises:
            PartlyMade: It is begun; the next run goes on from there.
        """
        is_probe_due = olds.get("probe") != news.get("probe")
        wishes = replace(_wishes(news), is_probe_due=is_probe_due, added_models=_added_models(olds, news))
        is_other = any(olds.get(name) != news.get(name) for name in ("apiKeyId", "policyIds"))
        first = time.monotonic() + (_AFTER_POLICY if is_other else 0.0)
        return self._brought_about(news, wishes, context, not_before=first)

    def delete(self, urn: Urn, id: str, inputs: Values, context: Context) -> None:  # noqa: A002
        """Forget: the key and the Vault secret are resources of their own."""

    def _brought_about(
        self, inputs: Values, wishes: Wishes, context: Context, *, not_before: float
    ) -> Values:
        region, secret_id = inputs["region"], inputs["vaultSecretId"]
        try:
            outcome = run(
                context.oci,
                region,
                inputs["apiKeyId"],
                secret_id,
                wishes,
                not_before=not_before,
                tell=context.tell,
            )
        except KitError as problem:
            unfinished = {**inputs, "attention": [problem.what]}
            raise PartlyMade(problem, id=secret_id, inputs=inputs, outputs=unfinished) from None
        for line in outcome.done:
            context.tell(line)
        if outcome.put_off:
            context.warn(outcome.put_off)
        return {**inputs, **_outputs(outcome.world), "attention": []}


def _wishes(inputs: Values) -> Wishes:
    probe = inputs.get("probe") or {}
    return Wishes(
        slot_names=tuple(inputs["keyNames"]),
        grace=duration(inputs, "grace"),
        expiry=duration(inputs, "expiry"),
        every=duration(inputs, "rotateEvery") if inputs.get("rotateEvery") else None,
        trigger_digest=trigger_digest(inputs.get("trigger")),
        suspended=bool(inputs.get("suspended")),
        probe_models=tuple(probe.get("models") or ()),
        probe_wait=duration({"wait": probe.get("wait") or _WAIT}, "wait"),
    )


def _added_models(olds: Values, news: Values) -> tuple[str, ...]:
    """Models that are tried from now on; none where nothing was tried before.

    Not a dedicated endpoint, which has an OCID for a name: a 401 for one may speak of the policy.
    """
    before, now = ((inputs.get("probe") or {}).get("models") or () for inputs in (olds, news))
    return tuple(each for each in now if before and each not in before and not each.startswith("ocid1."))


def _outputs(world: World) -> Values:
    label, current = world.label, world.current
    return {
        "slotInUse": label.slot if label else "",
        "secretVersion": current.number if current else 0,
        "fingerprint": label.fingerprint if label else "",
        "rotatedAt": current.time_created.isoformat() if label and current else "",
        "slots": {
            slot.name: {"state": slot.state, "timeExpiry": slot.time_expiry.isoformat()}
            for slot in world.key.slots
        },
    }


def _probe_failures(probe: object) -> list[tuple[str, str]]:
    if not isinstance(probe, dict):
        return []
    extra = sorted(set(probe) - {"models", "wait"})
    failures = [("probe", f"has no {name}; it has models and wait") for name in extra]
    models = probe.get("models", [])
    if not isinstance(models, (list, Unknown)):
        failures.append(("probe", f"models must be a list; got {models!r}"))
    wait = probe.get("wait", _WAIT)
    failures += [
        ("probe", f"wait {reason}")
        for _, reason in problems({"wait": wait}, required={}, optional={"wait": str}, durations=("wait",))
    ]
    return failures


def _check_base(secret: VaultSecret, inputs: Values, context: Context) -> None:
    """Fail unless the vault, the AES key and the policies of a secret are there."""
    region = inputs["region"]
    vault = _confirmed(f"vault {inputs['vaultId']}", lambda: context.oci.see_vault(region, inputs["vaultId"]))
    if is_leaving(vault):
        raise KitError(
            f"The vault {inputs['vaultId']} is {vault['state']}",
            next_step="Cancel its deletion, or take the key out of this region.",
        )
    key = _confirmed(
        f"AES key {secret.key_id}", lambda: context.oci.see_key(region, vault["endpoint"], secret.key_id)
    )
    if is_leaving(key):
        raise KitError(
            f"The AES key {secret.key_id} is {key['state']}: without it nobody can read the Vault secret",
            next_step="Cancel its deletion with `oci kms management key cancel-deletion --key-id "
            f"{secret.key_id} --endpoint {vault['endpoint']}`, or take the key out of this region.",
        )
    for policy in inputs["policyIds"]:
        seen = _confirmed(f"policy {policy}", lambda policy=policy: context.oci.see_policy(region, policy))
        if is_leaving(seen):
            raise _unconfirmed(f"policy {policy}", "It is deleted.")


def _confirmed(what: str, look: Any) -> Any:
    try:
        return look()
    except OciError as refusal:
        if refusal.status != 404:
            raise
        raise _unconfirmed(what, str(refusal)) from None


def _unconfirmed(what: str, why: str) -> KitError:
    return KitError(
        f"The {what} is not confirmed: it is gone, or the caller may not look",
        why=why,
        next_step="Give the caller leave to read it; or, if it is really gone, run "
        "`genaikeys recover STACK`, which proves that and takes it out of the state.",
    )
