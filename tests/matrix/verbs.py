"""The verbs that are cut off, as data: what is there before, who does it, and what must hold in the end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import oci

from tests.contracts.clients import until
from tests.matrix.cell import KEY, SECRET, Cell, works
from tests.provider.plugin import Plugin

__all__ = ["VERBS", "Verb"]

DAYS = 24 * 3600


@dataclass(frozen=True)
class Verb:
    """Something that is done to a key.

    Attributes:
        before: Makes the world that it is done in, with an undisturbed plugin.
        begin: Does it, with the plugin that is going to be killed; or
        command: the command's arguments, without the key, where the command does it.
        after: What the engine does next where the process was killed; returns what a preview still shows.
        holds: What must be true after that.
        again: Whether a person repeats the command where `holds` is not true yet, because it may have been
            cut off before it said anything to the world.
        is_suspended: Whether nothing may work in the end.
        has_secret: Whether the key has a Vault secret and a value published in the end.
        is_full: Whether it is left to the whole runs: a process of the command takes longer than a call.
    """

    before: Callable[[Cell, Plugin], None]
    after: Callable[[Cell, Plugin], list[str]]
    holds: Callable[[Cell], Mapping[str, bool]]
    begin: Callable[[Cell, Plugin], object] | None = None
    command: tuple[str, ...] = ()
    again: bool = False
    is_suspended: bool = False
    has_secret: bool = True
    is_full: bool = False


def _nothing(cell: Cell, plugin: Plugin) -> None:
    """A new cell."""


def _made_by_hand(cell: Cell, plugin: Plugin) -> None:
    """A key that somebody made, without the kit's tag."""
    models = oci.generative_ai.models
    expiry = datetime.now(UTC) + timedelta(days=200)
    details = models.CreateApiKeyDetails(
        display_name="by-hand",
        compartment_id=cell.stage.compartment,
        key_details=[models.KeyDetails(key_name=name, time_expiry=expiry) for name in ("key-one", "key-two")],
    )
    keys = cell.stage.sdk(oci.generative_ai.GenerativeAiClient)
    cell.key_id = str(keys.create_api_key(details).data.id)
    until("ACTIVE", lambda: keys.get_api_key(cell.key_id))


def _made(cell: Cell, plugin: Plugin) -> None:
    cell.make(plugin)


def _published(cell: Cell, plugin: Plugin) -> None:
    cell.make(plugin)
    cell.publish()
    cell.kept["before"] = cell.value()


def _graceless(cell: Cell, plugin: Plugin) -> None:
    """Published eight days ago, so that the other slot's grace is over."""
    _published(cell, plugin)
    cell.local.admin("POST", "/clock", {"by": 8 * DAYS})


def _rotated(cell: Cell, plugin: Plugin) -> None:
    """Rotated just now, so that callers of the value before have their grace."""
    _published(cell, plugin)
    cell.up(plugin, trigger="first")
    cell.kept["between"], cell.kept["before"] = cell.kept["before"], cell.value()


def _suspended(cell: Cell, plugin: Plugin) -> None:
    _published(cell, plugin)
    cell.up(plugin, suspended=True)


def _held(cell: Cell, plugin: Plugin) -> None:
    _published(cell, plugin)
    ended = cell.command("suspend")
    said = ended.communicate(timeout=60)[0]
    assert ended.returncode == 0, said


def _again_create(cell: Cell, plugin: Plugin) -> list[str]:
    cell.key_id = cell.create(plugin, KEY, cell.key_inputs())
    return []


def _again_adopt(cell: Cell, plugin: Plugin) -> list[str]:
    made = cell.create(plugin, KEY, cell.key_inputs(adopts=cell.key_id))
    return [] if made == cell.key_id else [made]


def _again_publish(cell: Cell, plugin: Plugin) -> list[str]:
    cell.create(plugin, SECRET, cell.inputs())
    return cell.changes(plugin, cell.inputs())[1]


def _again_delete(cell: Cell, plugin: Plugin) -> list[str]:
    cell.delete(plugin)
    return []


def _up(**news: object) -> Callable[[Cell, Plugin], list[str]]:
    return lambda cell, plugin: cell.up(plugin, **news)


def _update(**news: object) -> Callable[[Cell, Plugin], None]:
    return lambda cell, plugin: cell.update(plugin, cell.inputs(**news))


def _rotation_holds(cell: Cell) -> dict[str, bool]:
    return {
        "readers have another value": cell.value() != cell.kept["before"],
        "the value before still works": works(cell.kept["before"]),
    }


def _same_value(cell: Cell) -> dict[str, bool]:
    return {"readers have the same value": cell.value() == cell.kept["before"]}


def _suspension_holds(cell: Cell) -> dict[str, bool]:
    return {**_same_value(cell), "it doesn't work": not works(cell.value())}


def _resumption_holds(cell: Cell) -> dict[str, bool]:
    return {**_same_value(cell), "it works again": works(cell.value())}


def _revocation_holds(cell: Cell) -> dict[str, bool]:
    return {
        "readers have another value": cell.value() != cell.kept["before"],
        "the leaked value is dead": not works(cell.kept["before"]),
    }


def _revocation_in_a_grace_holds(cell: Cell) -> dict[str, bool]:
    return {
        **_revocation_holds(cell),
        "callers that have not moved yet lose nothing": works(cell.kept["between"]),
    }


def _permanent_revocation_holds(cell: Cell) -> dict[str, bool]:
    return {
        **_revocation_holds(cell),
        "the leaked slot is of no use any more": sorted(cell.slots().values()) == ["ACTIVE", "REVOKED"],
    }


VERBS: dict[str, Verb] = {
    "create": Verb(
        before=_nothing,
        begin=lambda cell, plugin: cell.create(plugin, KEY, cell.key_inputs()),
        after=_again_create,
        holds=lambda cell: {"the key is active": set(cell.slots().values()) == {"ACTIVE"}},
        has_secret=False,
    ),
    "adopt": Verb(
        before=_made_by_hand,
        begin=lambda cell, plugin: cell.create(plugin, KEY, cell.key_inputs(adopts=cell.key_id)),
        after=_again_adopt,
        holds=lambda cell: {"its slots work on": set(cell.slots().values()) == {"ACTIVE"}},
        has_secret=False,
    ),
    "publish": Verb(
        before=_made,
        begin=lambda cell, plugin: cell.create(plugin, SECRET, cell.inputs()),
        after=_again_publish,
        holds=lambda _: {},
    ),
    "rotate": Verb(
        before=_published, begin=_update(trigger="leak"), after=_up(trigger="leak"), holds=_rotation_holds
    ),
    "retire": Verb(
        before=_graceless,
        begin=_update(),
        after=_up(),
        holds=lambda cell: {
            **_same_value(cell),
            "the other slot rests": sorted(cell.slots().values()) == ["ACTIVE", "INACTIVE"],
        },
    ),
    "suspend": Verb(
        before=_published,
        begin=_update(suspended=True),
        after=_up(suspended=True),
        holds=_same_value,
        is_suspended=True,
    ),
    "resume": Verb(before=_suspended, begin=_update(), after=_up(), holds=_same_value),
    "delete": Verb(
        before=_made,
        begin=lambda cell, plugin: cell.delete(plugin),
        after=_again_delete,
        holds=lambda cell: {"no key is left": cell.keys() == []},
        has_secret=False,
    ),
    "genaikeys rotate": Verb(
        before=_published,
        command=("rotate",),
        after=_up(),
        holds=_rotation_holds,
        again=True,
        is_full=True,
    ),
    "genaikeys suspend": Verb(
        before=_published,
        command=("suspend",),
        after=_up(),
        holds=_suspension_holds,
        again=True,
        is_suspended=True,
        is_full=True,
    ),
    "genaikeys resume": Verb(
        before=_held, command=("resume",), after=_up(), holds=_resumption_holds, again=True, is_full=True
    ),
    "genaikeys revoke": Verb(
        before=_published,
        command=("revoke", "--wait", "0", "--yes"),
        after=_up(),
        holds=_revocation_holds,
        again=True,
        is_full=True,
    ),
    "genaikeys revoke, in a grace": Verb(
        before=_rotated,
        command=("revoke", "--wait", "0", "--yes"),
        after=_up(trigger="first"),
        holds=_revocation_in_a_grace_holds,
        again=True,
        is_full=True,
    ),
    "genaikeys revoke --permanent": Verb(
        before=_published,
        command=("revoke", "--permanent", "--wait", "0", "--yes"),
        after=_up(),
        holds=_permanent_revocation_holds,
        again=True,
        is_full=True,
    ),
}
