"""Look, decide, do, and look again, until everything is as wished."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from genaikeys.errors import KitError
from genaikeys.oci import Oci, OciError, VaultSecret
from genaikeys.rotation.carry_out import carry_out
from genaikeys.rotation.next_step import next_step
from genaikeys.rotation.probe import prepare
from genaikeys.rotation.step import Change, Discard, Done, Probe, PutOff, Refuse, Renew, Revoke
from genaikeys.rotation.world import Learned, Verdict, Wishes, World
from genaikeys.waiting import looks

__all__ = ["Outcome", "observe", "run", "settled"]

MOST_STEPS = 60
"""More than any run needs; a loop that doesn't end is a mistake to report."""
PATIENCE = 60.0
"""Seconds for which a secret may go on changing."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        world: As it was last read.
        done: One line for each change made.
        put_off: Why something due was left for later, or None.
    """

    world: World
    done: tuple[str, ...]
    put_off: str | None


def settled(oci: Oci, region: str, secret_id: str) -> VaultSecret:
    """Read a Vault secret, once nothing about it is changing any more.

    Raises:
        OciError: It is gone or may not be read.
        KitError: It goes on changing.
    """
    vault = oci.vault_secrets(region)
    for _ in looks(PATIENCE):
        secret = vault.get(secret_id)
        if secret.state not in ("CREATING", "UPDATING"):
            return secret
    raise KitError(
        f"The Vault secret {secret_id} has been changing for {PATIENCE:.0f} seconds",
        next_step="Wait until it is ACTIVE, then run the command again.",
    )


def observe(oci: Oci, region: str, key_id: str, secret: VaultSecret) -> World:
    """Read the rest of what `next_step` looks at, to tell people of it; `run` looks for itself.

    Raises:
        OciError: Something is gone or may not be read.
    """
    versions = oci.vault_secrets(region).versions(secret.id)
    return World.seen(oci.keys(region).get(key_id), secret, versions, oci.now())


def run(
    oci: Oci,
    region: str,
    key_id: str,
    secret_id: str,
    wishes: Wishes,
    *,
    not_before: float = 0.0,
    tell: Callable[[str], None],
) -> Outcome:
    """Bring one key's secret to what is wished.

    Args:
        oci: Who calls.
        region: Region identifier.
        key_id: OCID of the key.
        secret_id: OCID of the Vault secret.
        wishes: What the stack says.
        not_before: By `time.monotonic`: no renewal before it, so that a policy written just now counts.
        tell: Called with a line before each wait of some seconds.

    Raises:
        KitError: It can't be done; whatever was done stays, and the next run goes on from there.
    """

    def look() -> World:
        # The key comes first: whoever publishes a value gives the key another etag before, so that a
        # decision over versions which are older than that carries an etag that is refused.
        key = oci.keys(region).get(key_id)
        secret = settled(oci, region, secret_id)
        return World.seen(key, secret, oci.vault_secrets(region).versions(secret_id), oci.now())

    learned = Learned()
    world = look()
    for _ in range(MOST_STEPS):
        step = next_step(world, wishes, learned)
        if isinstance(step, Done):
            return Outcome(world, tuple(learned.done), None)
        if isinstance(step, PutOff):
            return Outcome(world, tuple(learned.done), step.reason)
        if isinstance(step, Refuse):
            raise KitError(step.what, next_step=step.next_step)
        _wait(step, world, wishes, oci, not_before=not_before, tell=tell)
        try:
            carry_out(step, world, wishes, learned, oci=oci, region=region)
        except OciError as problem:
            if problem.status != 412:
                raise
            learned.verdicts.clear()  # somebody changed something: what worked before may work no more
        # A probe changes nothing; but while a refused value was tried, another run may have staged a better.
        if not (isinstance(step, Probe) and learned.verdicts.get(step.version) is Verdict.WORKS):
            world = look()
    raise KitError(
        f"{key_id} is not as wished after {MOST_STEPS} steps",
        why="; ".join(learned.done),
        next_step="Run the command again; if that does not help, report this message.",
    )


def _wait(
    step: Change, world: World, wishes: Wishes, oci: Oci, *, not_before: float, tell: Callable[[str], None]
) -> None:
    """Wait for what a step must not come before: a policy's effect, or callers that read the next value."""
    if isinstance(step, Renew) and time.monotonic() < not_before:
        prepare()
        time.sleep(max(0.0, not_before - time.monotonic()))
    if isinstance(step, Discard | Revoke) and world.label and world.label.mark and world.published_at:
        left = min(world.published_at + wishes.moving_time - oci.now(), wishes.moving_time).total_seconds()
        if left > 0:
            tell(f"Callers have {left:.0f} seconds to read the other value ...")
            time.sleep(left)
