"""Which models and regions the local OCI has, and from when to when.

The table is the emulator's own (``emulator/data/models.json``); each row names its source and the day it was
read. It is kept apart from any catalogue of the programs under test, so that the two can disagree.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

DOMAIN = "oraclecloud.com"
"""Of every host in the realm."""


@dataclass(frozen=True)
class Region:
    """One region: identifier (``us-chicago-1``), three-letter key (``ORD``), whether it has inference."""

    name: str
    key: str
    openai_compatible: bool


@dataclass(frozen=True)
class Model:
    """One model of the table.

    Attributes:
        name: Name as a caller gives it, e.g. ``xai.grok-4``.
        vendor: Who made it, e.g. ``xai``.
        access: ``HOSTED`` by OCI or reached by ``PROXY``.
        capabilities: As model discovery prints them, e.g. ``CHAT``.
        apis: OpenAI-compatible APIs that it serves: ``chat``, ``responses``, both or none.
        released: From when it answers on demand; None where no source gives the day (always).
        retired: From when it no longer answers on demand; None where no day is fixed.
        on_demand: Region identifiers with on-demand serving.
        uncertain_apis: Those of ``apis`` of which the sources leave it open.
        uncertain_regions: Those of ``on_demand`` of which the sources leave it open.
        dedicated: Region identifiers with dedicated serving only.
        aliases: Other names for the same model.
        replacements: Models that the retirement page suggests instead.
    """

    name: str
    vendor: str
    access: str
    capabilities: tuple[str, ...]
    apis: frozenset[str]
    released: datetime | None
    retired: datetime | None
    on_demand: frozenset[str]
    uncertain_apis: frozenset[str]
    uncertain_regions: frozenset[str]
    dedicated: frozenset[str]
    aliases: tuple[str, ...]
    replacements: tuple[str, ...]

    def is_released(self, now: datetime) -> bool:
        """Whether the model exists at that time, retired or not."""
        return self.released is None or self.released <= now

    def is_retired(self, now: datetime) -> bool:
        """Whether on-demand calls to the model have ended by that time."""
        return self.retired is not None and self.retired <= now

    def answers(self, region: str, now: datetime) -> bool:
        """Whether the model can be called on demand in that region at that time."""
        return region in self.on_demand and self.is_released(now) and not self.is_retired(now)


@cache
def models() -> tuple[Model, ...]:
    """Every model of the table, in its order."""
    return tuple(
        Model(
            name=row["model"],
            vendor=row["vendor"],
            access=row["access"],
            capabilities=tuple(row["capabilities"]),
            apis=frozenset(row["apis"]),
            released=_day(row["released"]),
            retired=_day(row["retired"]),
            on_demand=frozenset(row["onDemand"]),
            uncertain_apis=frozenset(row.get("uncertainApis", ())),
            uncertain_regions=frozenset(row.get("uncertainRegions", ())),
            dedicated=frozenset(row["dedicated"]),
            aliases=tuple(row["aliases"]),
            replacements=tuple(row["replacements"]),
        )
        for row in _table()["models"]
    )


@cache
def regions() -> dict[str, Region]:
    """Every region of the table by identifier."""
    return {
        row["region"]: Region(row["region"], row["key"], row["openaiCompatible"])
        for row in _table()["regions"]
    }


def model(name: str) -> Model | None:
    """The model that answers to a name or an alias; None if the table has none."""
    return _by_name().get(name)


@cache
def _by_name() -> dict[str, Model]:
    return {name: each for each in models() for name in (each.name, *each.aliases)}


@cache
def _table() -> dict[str, Any]:
    path = Path(__file__).parent.parent / "data" / "models.json"
    table: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return table


def _day(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)
