"""Several runs at once over an OCI in memory, in every order of their calls that a few switches make.

The local OCI takes milliseconds for a call and seconds for a run; here a pair of runs takes a millisecond or
two, so that thousands of orders can be tried. It knows etags, slots, stages and labels, and nothing else.
What is found here is shown again through the local OCI (tests/matrix).
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

from genaikeys.errors import KitError
from genaikeys.oci import Key, OciError, Secret, Slot, VaultSecret, Version
from genaikeys.rotation import Wishes, run
from genaikeys.rotation import World as Seen
from genaikeys.rotation.world import Verdict
from tests.rotation.worlds import KEY, NOW, SECRET

__all__ = ["Together", "World", "orders"]

_LIMIT = 20.0
"""Seconds after which a run counts as stuck."""


class Killed(BaseException):
    """A run is dead."""


@dataclass
class World:
    """What OCI has: a key with two slots, and a Vault secret with its versions.

    Attributes:
        values: Value of each slot.
        contents: Content of each version, by number.
        is_second_pending: Whether a second PENDING version is taken; the first becomes DEPRECATED.
        is_promoted: Whether a version can be made CURRENT by its number.
    """

    slots: dict[str, Slot] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    versions: list[Version] = field(default_factory=list)
    contents: dict[int, str] = field(default_factory=dict)
    key_etag: int = 1
    secret_etag: int = 1
    made: int = 0
    calls: int = 0
    renewed: list[str] = field(default_factory=list)
    is_second_pending: bool = True
    is_promoted: bool = True

    @classmethod
    def new(cls, **more: Any) -> "World":
        """A key that nobody has used, and a secret with its placeholder."""
        expiry = NOW + timedelta(days=90)
        world = cls(**more)
        for name in ("key-one", "key-two"):
            world.slots[name] = Slot(name, "ACTIVE", expiry, None)
            world.values[name] = f"born-{name}"
        world.versions = [Version(1, "", frozenset({"CURRENT", "LATEST"}), NOW, is_leaving=False)]
        world.contents[1] = "placeholder"
        return world

    @property
    def now(self) -> datetime:
        """A second for each call."""
        return NOW + timedelta(seconds=self.calls)

    @property
    def current(self) -> str:
        """What readers get."""
        return next(self.contents[each.number] for each in self.versions if "CURRENT" in each.stages)

    def seen(self) -> Seen:
        """As a run sees it."""
        calls = _Calls(self, lambda _: None)
        return Seen(calls.get(KEY), _Vault(calls).get(SECRET), tuple(self.versions), self.now)

    def is_alive(self, value: str) -> bool:
        """Whether a value is a slot's."""
        return value in self.values.values()

    def works(self, value: str) -> bool:
        """Whether a call with a value is answered."""
        return any(held == value and self.slots[name].state == "ACTIVE" for name, held in self.values.items())


class _Calls:
    """Keys, Vault secrets and the probe, as one run sees them: each call waits for its turn."""

    def __init__(self, world: World, turn: Callable[[str], None]) -> None:
        self.world, self.turn = world, turn

    # genaikeys.oci.Oci

    def keys(self, region: str) -> "_Calls":
        return self

    def vault_secrets(self, region: str) -> "_Vault":
        return _Vault(self)

    def now(self) -> datetime:
        return self.world.now

    # genaikeys.oci.Keys

    def get(self, key_id: str) -> Key:
        self.turn("GetApiKey")
        return self._key()

    def update(self, key: Key, *, freeform_tags: dict[str, str], **rest: Any) -> Key:
        self.turn("UpdateApiKey")
        self._match(key.etag, self.world.key_etag)
        self.world.tags = dict(freeform_tags)
        return self._changed()

    def tag(self, key: Key, name: str, value: str | None) -> Key:
        others = {each: text for each, text in key.freeform_tags.items() if each != name}
        return self.update(key, freeform_tags=others if value is None else {**others, name: value})

    def set_state(self, key: Key, slot: str, state: str) -> Key:
        self.turn(f"SetApiKeyState {slot} {state}")
        self._match(key.etag, self.world.key_etag)
        if self.world.slots[slot].state == "REVOKED":
            raise _refused(409)
        self.world.slots[slot] = replace(self.world.slots[slot], state=state)
        return self._changed()

    def renew(self, key: Key, slot: str, expiry: datetime) -> tuple[Key, Secret]:
        self.turn(f"RenewApiKey {slot}")
        self._match(key.etag, self.world.key_etag)
        if self.world.slots[slot].state != "ACTIVE":
            raise _refused(409)
        self.world.made += 1
        self.world.renewed.append(slot)
        self.world.values[slot] = f"value-{self.world.made}"
        self.world.slots[slot] = replace(self.world.slots[slot], time_expiry=expiry)
        return self._changed(), Secret(self.world.values[slot])

    def probe(self, value: str) -> Verdict:
        self.turn("Chat")
        return Verdict.WORKS if self.world.works(value) else Verdict.REFUSED

    def _changed(self) -> Key:
        self.world.key_etag += 1
        return self._key()

    def _key(self) -> Key:
        return Key(
            id=KEY,
            display_name="chatbot",
            description="",
            compartment_id="ocid1.compartment.oc1..c",
            state="ACTIVE" if any(one.state == "ACTIVE" for one in self.world.slots.values()) else "INACTIVE",
            details="",
            time_created=NOW - timedelta(days=90),
            slots=tuple(self.world.slots.values()),
            freeform_tags=dict(self.world.tags),
            defined_tags={},
            etag=str(self.world.key_etag),
        )

    @staticmethod
    def _match(given: str, etag: int) -> None:
        if given != str(etag):
            raise _refused(412)


class _Vault:
    """genaikeys.oci.VaultSecrets."""

    def __init__(self, calls: _Calls) -> None:
        self.calls, self.world, self.turn = calls, calls.world, calls.turn

    def get(self, secret_id: str) -> VaultSecret:
        self.turn("GetSecret")
        current = next(each.number for each in self.world.versions if "CURRENT" in each.stages)
        etag = str(self.world.secret_etag)
        return VaultSecret(SECRET, "chatbot", "v", "c", "ACTIVE", current, {}, etag)

    def versions(self, secret_id: str) -> tuple[Version, ...]:
        self.turn("ListSecretVersions")
        return tuple(self.world.versions)

    def read(self, secret_id: str, version: int) -> Secret:
        self.turn("GetSecretBundle")
        return Secret(self.world.contents[version])

    def write(self, secret: VaultSecret, value: Secret, *, label: str, stage: str) -> None:
        self.turn(f"UpdateSecret {stage}")
        self.calls._match(secret.etag, self.world.secret_etag)
        if any(each.label == label for each in self.world.versions):
            raise _refused(400)
        is_staged = any("PENDING" in each.stages for each in self.world.versions)
        if stage == "PENDING" and is_staged and not self.world.is_second_pending:
            raise _refused(400)
        dropped = {"LATEST", "PENDING"} if stage == "PENDING" else {"LATEST"}
        number = len(self.world.versions) + 1
        self.world.versions = [_with(each, each.stages - dropped) for each in self.world.versions]
        self.world.versions.append(
            Version(number, label, frozenset({"LATEST", "PENDING"}), self.world.now, is_leaving=False)
        )
        self.world.contents[number] = value.reveal()
        if stage == "CURRENT":
            self._made_current(number)
        self.world.secret_etag += 1

    def promote(self, secret: VaultSecret, version: int) -> None:
        self.turn("UpdateSecret promote")
        self.calls._match(secret.etag, self.world.secret_etag)
        if not self.world.is_promoted:
            raise _refused(400)
        self._made_current(version)
        self.world.secret_etag += 1

    def touch(self, secret: VaultSecret) -> None:
        self.turn("UpdateSecret tags")
        self.calls._match(secret.etag, self.world.secret_etag)
        self.world.secret_etag += 1

    def schedule_version_deletion(self, secret: VaultSecret, version: int, when: datetime) -> None:
        self.turn("ScheduleSecretVersionDeletion")

    def _made_current(self, number: int) -> None:
        following = []
        for each in self.world.versions:
            stages = each.stages - {"PREVIOUS"}
            if each.number == number:
                stages = (stages - {"PENDING"}) | {"CURRENT"}
            elif "CURRENT" in stages:
                stages = (stages - {"CURRENT"}) | {"PREVIOUS"}
            following.append(_with(each, stages))
        self.world.versions = following


def _with(version: Version, stages: frozenset[str]) -> Version:
    stages -= {"DEPRECATED"}
    old = not stages & {"CURRENT", "PENDING", "PREVIOUS"}
    return replace(version, stages=stages | {"DEPRECATED"} if old else stages)


def _refused(status: int) -> OciError:
    return OciError("Call", "it", status=status, code="", message="")


@dataclass
class _Runner:
    """A run in a thread of its own, that does one call whenever it is told to."""

    go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    stopped: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    is_over: bool = False
    is_dead: bool = False
    next_call: str = ""
    said: str = ""


class Together:
    """Runs side by side, one call at a time in a given order.

    Args:
        world: What they change.
        wishes: What each run wishes.
    """

    def __init__(self, world: World, *wishes: Wishes) -> None:
        self.world = world
        self.runners: list[_Runner] = []
        self.trace: list[str] = []
        for each in wishes:
            self.begin(each)

    def step(self, index: int) -> None:
        """Let a run do its next call."""
        runner = self.runners[index]
        self.trace.append(f"{index}: {runner.next_call}")
        runner.go.release()
        assert runner.stopped.acquire(timeout=_LIMIT), f"stuck after {self.trace}"

    def kill(self, index: int) -> None:
        """End a run where it is; its next call is never made."""
        self.trace.append(f"{index}: killed before {self.runners[index].next_call}")
        self.runners[index].is_dead = True
        self.runners[index].go.release()
        assert self.runners[index].stopped.acquire(timeout=_LIMIT)

    def alive(self) -> list[int]:
        """The runs that are not over."""
        return [index for index, runner in enumerate(self.runners) if not runner.is_over]

    def begin(self, wishes: Wishes) -> None:
        """Begin another run, up to its first call."""
        runner = _Runner()
        self.runners.append(runner)

        def turn(call: str) -> None:
            runner.next_call = call
            runner.stopped.release()
            runner.go.acquire()
            if runner.is_dead:
                raise Killed
            self.world.calls += 1

        calls: Any = _Calls(self.world, turn)

        def work() -> None:
            _here.calls = calls
            try:
                run(calls, "us-chicago-1", KEY, SECRET, wishes, tell=lambda line: None)  # noqa: ARG005
            except KitError as problem:
                runner.said = str(problem)
            except Killed:
                runner.said = "killed"
            finally:
                runner.is_over = True
                runner.stopped.release()

        threading.Thread(target=work, daemon=True).start()
        assert runner.stopped.acquire(timeout=_LIMIT)


_here = threading.local()


def _probe(
    value: Secret, region: str, models: Sequence[str], *, added: Sequence[str], patience: float
) -> Verdict:
    verdict: Verdict = _here.calls.probe(value.reveal())
    return verdict


def patched() -> Any:
    """Probes that ask the world, and no waiting."""
    return mock.patch.multiple("genaikeys.rotation.carry_out", probe=_probe)


def orders(
    begin: Callable[[], Together], switches: int, check: Callable[[Together], None], kills: int = 0
) -> Iterator[Together]:
    """Every order of the calls of some runs with at most so many switches from a run that could go on.

    Args:
        begin: Makes the world and the runs anew.
        switches: How many.
        check: Called after each call.
        kills: How many runs may be killed, each anywhere.
    """
    waiting: list[list[tuple[str, int]]] = [[]]
    while waiting:
        prefix = waiting.pop()
        together = begin()
        taken: list[tuple[str, int]] = []
        left, deaths, last = switches, kills, None
        while alive := together.alive():
            choices: list[tuple[str, int]] = [("step", index) for index in alive]
            if last in alive:
                choices.sort(key=lambda choice: choice[1] != last)
                if not left:
                    choices = choices[:1]
            if deaths:
                choices += [("kill", index) for index in alive if last in (None, index)]
            if len(taken) < len(prefix):
                choice = prefix[len(taken)]
            else:
                choice = choices[0]
                waiting += [[*taken, other] for other in choices[1:]]
            if choice[0] == "kill":
                deaths -= 1
                together.kill(choice[1])
            else:
                left -= last in alive and choice[1] != last
                together.step(choice[1])
            taken.append(choice)
            last = choice[1]
            check(together)
        yield together
