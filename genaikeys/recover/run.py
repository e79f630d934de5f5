"""Recovery, step by step: look, say what will be done, ask, do it."""

import socket
from collections.abc import Callable
from dataclasses import dataclass

from genaikeys.errors import KitError
from genaikeys.oci import Oci
from genaikeys.recover import lock, lost, orphans
from genaikeys.recover.lock import Lock
from genaikeys.recover.pulumi import Pulumi
from genaikeys.recover.state import Pending, State, parse, without
from genaikeys.recover.survey import TYPES, Found, judge, publications_adrift, survey
from genaikeys.settings import Settings

__all__ = ["Wish", "recover"]

_ROUNDS = 6
"""How often what a run left is looked for: a key can be found once its vault is, and so on."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a person asked for.

    Attributes:
        is_forced: Whether a lock goes even if its owner may live.
        is_dry: Whether to say only.
        is_agreed: Whether everything is agreed to beforehand.
        say: Tells the person something.
        agree: Asks the person; what it is told is the question.
    """

    is_forced: bool
    is_dry: bool
    is_agreed: bool
    say: Callable[[str], None]
    agree: Callable[[str], bool]


def recover(pulumi: Pulumi, oci: Oci, settings: Settings, wish: Wish) -> bool:
    """Bring a stack back.

    Returns:
        Whether there was something to recover.

    Raises:
        KitError: Something has to be decided or done by a person first.
    """
    was_locked = _unlock(pulumi, wish)
    exported = pulumi.export()
    state = parse(exported)
    wish.say(f"Looking at {sum(each.type in TYPES for each in state.resources)} resources in OCI ...")
    found = survey(state, oci)
    judge(found, state.pending)
    _check_pending(state, wish)
    for each in state.pending:
        wish.say(f"Interrupted while {each.operation}: {each.resource.name} ({each.resource.type})")
    gone = _take_out(pulumi, exported, state, found, wish)
    was_lost = _lay_ground(pulumi, oci, state, settings, wish)
    if (gone or was_lost) and wish.is_dry:
        wish.say("Then: look for what the run made and didn't write down, `pulumi refresh`, `pulumi up`.")
        return True
    adopted = _adopt(pulumi, oci, state.pending, wish)
    if not (was_locked or state.pending or gone or was_lost or adopted):
        wish.say(
            f"Nothing to recover: {pulumi.stack} is not locked, nothing is pending, and all that its state "
            "holds is there."
        )
        return False
    _apply(pulumi, state.pending, wish)
    return True


def _unlock(pulumi: Pulumi, wish: Wish) -> bool:
    """Clear locks whose owners are dead; whether there were any."""
    locks = pulumi.locks()
    if locks is None and wish.is_dry:
        wish.say(
            "This backend shows a lock only to who wants one, so --dry-run can't tell whether there is one."
        )
        return False
    if locks is None:
        locks = pulumi.try_lock(pulumi.export())
    here = socket.gethostname()
    for each in locks:
        reason = lock.why_alive(each, here, lock.process)
        if reason is None:
            wish.say(f"Locked by {each}: that process is dead.")
        elif wish.is_forced:
            wish.say(f"Locked by {each}. {reason} It goes because of --force.")
        else:
            raise _held(pulumi, each, reason)
    if locks and not wish.is_dry:
        if any(lock.why_alive(each, here, lock.process) for each in locks):
            _ask(wish, "Two runs at once can make everything twice. Is that other run over for sure?")
        pulumi.unlock()
        wish.say(f"Took {len(locks)} lock(s) away.")
    return bool(locks)


def _held(pulumi: Pulumi, held: Lock, reason: str) -> KitError:
    return KitError(
        f"The stack {pulumi.stack} is locked by {held}",
        why=f"{reason}\n{held.at}",
        next_step="Wait for that run, or end it where it runs. If it is over for sure: add --force",
    )


def _check_pending(state: State, wish: Wish) -> None:
    """Refuse to forget a create whose outcome can't be looked up."""
    strange = [
        each.resource
        for each in state.pending
        if each.operation == "creating"
        and each.resource.type.startswith("oci:")
        and each.resource.type not in TYPES
    ]
    if strange and not wish.is_forced:
        raise KitError(
            "A run was killed while it created these, and this command doesn't know how to look for them:",
            why="\n".join(f"  {each.name} ({each.type})" for each in strange),
            next_step="Look for each in the console. If one is there, take it over: pulumi import TYPE NAME "
            "OCID --protect=false; then run this again with --force.",
        )


def _take_out(
    pulumi: Pulumi, exported: dict[str, object], state: State, found: list[Found], wish: Wish
) -> bool:
    """Take what is proven gone out of the state, and publications that rest on it; whether there was any."""
    gone = [each for each in found if each.presence.verdict == "gone"]
    forgotten = publications_adrift(state, {each.resource.id for each in gone})
    if not gone and not forgotten:
        return False
    for each in gone:
        wish.say(f"Gone: the {each}. {each.presence.evidence}")
    for publication in forgotten:
        wish.say(
            f"Publication {publication.name} rests on what is gone or no longer in the state; the next "
            "`pulumi up` takes it up again from what it finds in OCI."
        )
    leaving = [*(each.resource for each in gone), *forgotten]
    wish.say(
        f"{'Would take' if wish.is_dry else 'Taking'} out of the state: "
        f"{', '.join(f'{each.name} ({each.type})' for each in leaving)}."
    )
    if not wish.is_dry:
        if gone:
            _ask(wish, "New ones have other OCIDs; readers of a Vault secret have to learn them. Go on?")
        pulumi.put(without(exported, {each.urn for each in leaving}))
    return True


def _lay_ground(pulumi: Pulumi, oci: Oci, state: State, settings: Settings, wish: Wish) -> bool:
    """Put compartments, and what exists for the engine only, into a state that was lost; whether it was."""
    keys = lost.forgotten(state, settings, oci)
    if not keys:
        return False
    wish.say("The state is empty, and OCI has API keys of this stack. So the state was lost:")
    for each in keys:
        wish.say(f"  {each.key} in {each.region}: {each.api_key.id if each.api_key else ''}")
    if not wish.is_dry:
        _ask(wish, "Put what is there into the state, piece by piece? No key, policy or secret is changed.")
        pulumi.lay(lost.ground(pulumi.creations()))
    return True


def _adopt(pulumi: Pulumi, oci: Oci, pending: tuple[Pending, ...], wish: Wish) -> bool:
    """Put what a run made and didn't write down into the state; whether there was any."""
    interrupted = [each.resource for each in pending if each.operation == "creating"]
    was_deleting = _was_deleting(pending)
    any_found = False
    for _ in range(_ROUNDS):
        state = parse(pulumi.export())
        wanted = {each.urn: each for each in (*interrupted, *pulumi.creations())}
        found = orphans.find(list(wanted.values()), state, oci, was_deleting=was_deleting)
        if not found:
            return any_found
        any_found = True
        for each in found:
            wish.say(f"Made, but not written down: the {each}")
        if wish.is_dry:
            wish.say("Would put it into the state with `pulumi import`.")
            return True
        _ask(wish, "Put it into the state?")
        for each in found:
            pulumi.take_over(each.wanted, each.given_id)
    raise KitError(
        f"After {_ROUNDS} rounds there is still something that the state lacks",
        next_step="Run this again; if it stays so, report it.",
    )


def _apply(pulumi: Pulumi, pending: tuple[Pending, ...], wish: Wish) -> None:
    was_deleting = _was_deleting(pending)
    if wish.is_dry:
        wish.say("Then: `pulumi refresh`" + ("." if was_deleting else ", and `pulumi up`."))
        return
    wish.say("Refreshing ...")
    pulumi.refresh()
    if was_deleting:
        wish.say(
            "The run that was killed was deleting something. Whether the rest should go or come back is "
            f"yours to say: `pulumi destroy --stack {pulumi.stack}`; or `genaikeys recover {pulumi.stack}` "
            "once more, which names a Vault secret whose deletion has to be cancelled first, and "
            f"`pulumi up --stack {pulumi.stack}`."
        )
        return
    wish.say("Applying ...")
    pulumi.up(asks=not wish.is_agreed)
    wish.say(f"{pulumi.stack} is recovered.")


def _was_deleting(pending: tuple[Pending, ...]) -> bool:
    return any(each.operation == "deleting" for each in pending)


def _ask(wish: Wish, question: str) -> None:
    if not wish.is_agreed and not wish.agree(question):
        raise KitError("Stopped, as you said; what was done so far stays.")
