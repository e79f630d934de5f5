"""Runs the program under mocks and records what it registers, dependencies and options included."""

import asyncio
import runpy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pulumi
from pulumi.runtime.mocks import MockMonitor

from genaikeys.settings import Settings

PROGRAM = Path(__file__).parents[2] / "__main__.py"


@dataclass(frozen=True)
class Registered:
    """One resource as the program registered it."""

    type: str
    name: str
    inputs: dict[str, Any]
    parent: str
    """URN of the parent."""
    provider: str
    """Logical name of the provider, or nothing."""
    dependencies: frozenset[str]
    """`type::name` of everything that it waits for, by an input or outright."""
    ignored: tuple[str, ...]
    deletes_first: bool
    """Whether a replacement is made only after the old one is gone."""
    protected: bool
    """Whether the engine refuses to delete it."""


class Recorder(MockMonitor):
    """A resource monitor that keeps what it is told."""

    def __init__(self, mocks: pulumi.runtime.Mocks) -> None:
        super().__init__(mocks)
        self.seen: list[Registered] = []

    def RegisterResource(self, request: Any) -> Any:
        """Record a registration and answer it."""
        answer = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        if request.type != "pulumi:pulumi:Stack":
            self.seen.append(
                Registered(
                    type=request.type,
                    name=request.name,
                    inputs=self.resources[answer.urn].state,
                    parent=request.parent,
                    provider=request.provider.split("::")[-2] if request.provider else "",
                    dependencies=frozenset(_short(urn) for urn in request.dependencies),
                    ignored=tuple(request.ignoreChanges),
                    deletes_first=request.deleteBeforeReplace,
                    protected=request.protect,
                )
            )
        return answer


class Cloud(pulumi.runtime.Mocks):
    """Gives every resource an OCID and its inputs back.

    Args:
        secrets: Outputs that every Vault secret has already, whatever the program says.
    """

    def __init__(self, **secrets: str) -> None:
        super().__init__()
        self._secrets = secrets

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """Make a resource."""
        kind = args.typ.split(":")[-1].lower()
        outputs = dict(args.inputs)
        if kind == "vault":
            outputs["managementEndpoint"] = "https://management.example"
        if kind == "rotatingsecret":
            outputs["slotInUse"] = "key-two"
            outputs["slots"] = {"key-two": {"state": "ACTIVE", "timeExpiry": "2027-02-21T00:00:00+00:00"}}
        if kind == "secret":
            outputs |= self._secrets
        return f"ocid1.{kind}.oc1..{args.name}", outputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> NoReturn:
        """No program of ours looks anything up."""
        raise AssertionError(f"unexpected call of {args.token}")


@dataclass(frozen=True)
class Recording:
    """What a run of the program registered and exported."""

    seen: tuple[Registered, ...]
    exported: Any

    def of(self, kind: str) -> dict[str, Registered]:
        """Everything of a type, by logical name; a type's last word will do."""
        return {found.name: found for found in self.seen if found.type.split(":")[-1] == kind}


def record(settings: Settings, cloud: Cloud | None = None) -> Recording:
    """Run the program with some settings."""
    mocks = cloud or Cloud()
    # Mocks ask for this thread's loop, which goes with any test that runs one of its own.
    asyncio.set_event_loop(asyncio.new_event_loop())
    pulumi.runtime.settings.set_root_resource(None)  # type: ignore[arg-type]  # with its transformations
    monitor = Recorder(mocks)
    pulumi.runtime.set_mocks(mocks, settings.project, settings.stack, preview=False, monitor=monitor)
    provision = runpy.run_path(str(PROGRAM), run_name="program")["provision"]
    exported: list[Any] = []

    @pulumi.runtime.test  # type: ignore[untyped-decorator]
    def run() -> pulumi.Output[None]:
        return pulumi.Output.from_input(provision(settings)).apply(exported.append)

    run()
    return Recording(tuple(monitor.seen), exported[0])


def _short(urn: str) -> str:
    kind, name = urn.split("::")[2:]
    return f"{kind.split('$')[-1].split(':')[-1]}::{name}"
