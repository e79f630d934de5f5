"""The typed rows of the catalogue. All of them are frozen; dates are calendar days, UTC."""

import datetime
import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["NOTICE", "Access", "Catalogue", "Model", "NotOffered", "Region", "Set", "Status"]

NOTICE = datetime.timedelta(days=30)
"""How long before a model retires people are told; Oracle's own notices come 14 and 7 days before (Generative
AI, retiring the models, on demand, read 2026-11-23)."""


class Status(StrEnum):
    """What is known about a statement: it holds, it doesn't, or no source says so for certain."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Access(StrEnum):
    """Where a model runs."""

    HOSTED = "hosted"
    """Inside OCI."""
    PROXIED = "proxied"
    """At its vendor: a request leaves OCI (Oracle: Generative AI, model endpoint regions)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """A region where the Generative AI service answers."""

    identifier: str
    """Such as `us-chicago-1`."""
    name: str
    """Oracle's display name, such as `US Midwest (Chicago)`."""
    key: str
    """The three-letter region key, such as `ORD`; policies compare it as `request.region`."""
    realm: str
    domain: str
    """The realm's domain, such as `oraclecloud.com`."""
    api_keys: Status
    """Whether API keys are offered there."""
    note: str | None = None
    source: str
    date: datetime.date

    @property
    def base_url(self) -> str:
        """What an OpenAI client is given as `base_url` (Oracle: Generative AI, API keys, read 2026-11-23)."""
        return f"https://inference.generativeai.{self.identifier}.oci.{self.domain}/20231130/actions/v1"


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """A pretrained model, on offer now or once; or a dedicated endpoint that a stack names."""

    name: str
    """What a client sends as `model` and a policy compares as `target.model.id`."""
    vendor: str
    access: Access
    is_endpoint: bool = False
    """Whether it is a dedicated endpoint: its name is its OCID, and it answers in one region."""
    on_demand: frozenset[str] = frozenset()
    """Regions where it is on demand."""
    on_demand_unknown: frozenset[str] = frozenset()
    """Regions where it may be on demand: sources disagree or are incomplete."""
    dedicated: frozenset[str] = frozenset()
    """Regions where it runs on dedicated clusters only."""
    api_key: Status
    """Whether it may be called with an API key."""
    chat: Status
    """Whether it answers on the Chat Completions API."""
    responses: Status
    """Whether it answers on the Responses API."""
    context: int | None = None
    """Longest context, in tokens."""
    max_output_tokens: int | None = None
    """Longest answer on demand, in tokens, where Oracle caps it."""
    released: datetime.date | None = None
    deprecated: datetime.date | None = None
    retired: datetime.date | None = None
    """The day it stopped, or stops, being on demand."""
    retired_certain: bool = True
    """Whether the source of `retired` names this very model."""
    not_before: datetime.date | None = None
    """Oracle's promise: not retired before this day."""
    rule: str | None = None
    """Oracle's retirement class, `P1` or `P6`, where no date is set."""
    replacements: tuple[str, ...] = ()
    """Models that Oracle names in its place."""
    aliases: tuple[str, ...] = ()
    """Other spellings that are in use."""
    note: str | None = None
    source: str
    date: datetime.date

    @property
    def openai_compatible(self) -> bool:
        """Whether an OpenAI client with an API key may get an answer from it on any API."""
        answers = {self.chat, self.responses} != {Status.NO}
        return answers and self.api_key is not Status.NO

    def is_retired(self, today: datetime.date) -> bool:
        """Whether a source says for certain that it's no longer on demand on that day."""
        return self.retired is not None and self.retired_certain and self.retired <= today

    def retires_soon(self, today: datetime.date, within: datetime.timedelta = NOTICE) -> bool:
        """Whether a source says for certain that it stops being on demand, but not before tomorrow."""
        return self.retired is not None and self.retired_certain and today < self.retired <= today + within

    def on_demand_in(self, region: str, today: datetime.date) -> Status:
        """Whether it's on demand in a region on a day.

        Args:
            region: A region identifier.
            today: The day, UTC.
        """
        if self.is_retired(today) or (self.released is not None and today < self.released):
            return Status.NO
        if region in self.on_demand:
            doubtful = self.retired is not None and self.retired <= today
            return Status.UNKNOWN if doubtful else Status.YES
        return Status.UNKNOWN if region in self.on_demand_unknown else Status.NO


@dataclass(frozen=True, kw_only=True, slots=True)
class Set:
    """A name for several regions, or several models."""

    name: str
    members: tuple[str, ...]
    about: str
    source: str
    date: datetime.date


@dataclass(frozen=True, kw_only=True, slots=True)
class NotOffered:
    """Models that people ask for by name and that can't be had on demand."""

    pattern: str
    """A model name, or its beginning followed by `*`; `?` is any one character."""
    why: str
    source: str
    date: datetime.date

    def covers(self, name: str) -> bool:
        """Whether a model name falls under the pattern."""
        return fnmatch.fnmatchcase(name.lower(), self.pattern)


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """All tables. Mappings keep the order of the files and must not be changed."""

    regions: Mapping[str, Region]
    """By identifier."""
    home_regions: tuple[str, ...]
    """Identifiers of every region of OCI, in all realms: where a tenancy's home can be."""
    models: Mapping[str, Model]
    """By name, retired ones included."""
    region_sets: Mapping[str, Set]
    model_sets: Mapping[str, Set]
    not_offered: tuple[NotOffered, ...]

    def successors(self, model: Model, today: datetime.date) -> tuple[str, ...]:
        """Models to move to from one that retires: those that Oracle names, else its vendor's own.

        What is certainly on demand where the model is, or was, comes first; what retires soon, or may have
        retired, doesn't count.
        """
        places = model.on_demand | model.on_demand_unknown
        usable = [
            other
            for other in self.models.values()
            if other.name != model.name
            and other.openai_compatible
            and (other.retired is None or other.retired > today + NOTICE)
        ]
        named = [other for other in usable if other.name in model.replacements]
        found = named or [other for other in usable if other.vendor == model.vendor]
        return tuple(other.name for other in sorted(found, key=lambda other: -len(other.on_demand & places)))
