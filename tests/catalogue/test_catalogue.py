"""The tables themselves: complete, consistent, and read into the right shapes."""

import datetime
import re
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from genaikeys import catalogue
from genaikeys.catalogue import Access, Catalogue, Model, NotOffered, Region, Set, Status

ROOT = Path(__file__).parents[2]
TODAY = datetime.date(2026, 11, 23)


@pytest.fixture(scope="module")
def rows() -> Catalogue:
    """The catalogue that ships."""
    return catalogue.load()


def test_catalogue_is_read_once() -> None:
    """Every caller gets the same object."""
    assert catalogue.load() is catalogue.load()


def test_catalogue_cannot_be_changed(rows: Catalogue) -> None:
    """Rows are frozen and tables read-only."""
    with pytest.raises(FrozenInstanceError):
        rows.regions["us-chicago-1"].name = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        rows.models["x"] = rows.models["xai.grok-4.3"]  # type: ignore[index]


def test_every_row_has_a_source_and_a_date(rows: Catalogue) -> None:
    """Otherwise nobody can check it."""
    every: list[Region | Model | Set | NotOffered] = [
        *rows.regions.values(),
        *rows.models.values(),
        *rows.region_sets.values(),
        *rows.model_sets.values(),
        *rows.not_offered,
    ]

    assert [row for row in every if not row.source or row.date > TODAY] == []


def test_regions_of_the_article_offer_api_keys(rows: Catalogue) -> None:
    """Exactly its six, by Oracle's display names."""
    assert {row.name: row.key for row in rows.regions.values() if row.api_keys is Status.YES} == {
        "Germany Central (Frankfurt)": "FRA",
        "India South (Hyderabad)": "HYD",
        "Japan Central (Osaka)": "KIX",
        "US East (Ashburn)": "IAD",
        "US Midwest (Chicago)": "ORD",
        "US West (Phoenix)": "PHX",
    }


def test_regions_agree_with_the_oci_sdk(rows: Catalogue) -> None:
    """Keys, realms and domains are the SDK's, and every region it knows can be a home region."""
    from oci import regions as sdk

    for row in rows.regions.values():
        assert sdk.REGIONS_SHORT_NAMES[row.key.lower()] == row.identifier
        assert sdk.REGION_REALMS[row.identifier] == row.realm
        assert sdk.REALMS[row.realm] == row.domain
    assert set(rows.home_regions) == set(sdk.REGION_REALMS)


def test_models_name_regions_of_the_catalogue(rows: Catalogue) -> None:
    """And say one thing about each."""
    for model in rows.models.values():
        places = [model.on_demand, model.on_demand_unknown, model.dedicated]
        assert frozenset().union(*places) <= set(rows.regions)
        assert sum(map(len, places)) == len(frozenset().union(*places)), model.name


def test_aliases_and_replacements_are_consistent(rows: Catalogue) -> None:
    """An alias is no row of its own; a replacement is."""
    for model in rows.models.values():
        assert not set(model.aliases) & set(rows.models)
        assert set(model.replacements) <= set(rows.models)


def test_sets_have_known_members_that_may_be_used(rows: Catalogue) -> None:
    """A set must never lead to a retired model or a region without API keys."""
    for regions in rows.region_sets.values():
        assert all(rows.regions[name].api_keys is Status.YES for name in regions.members)
    for models in rows.model_sets.values():
        assert len(set(models.members)) == len(models.members)
        for name in models.members:
            assert rows.models[name].openai_compatible
            assert not rows.models[name].is_retired(TODAY)
    assert not set(rows.region_sets) & set(rows.regions)
    assert not set(rows.model_sets) & set(rows.models)


def test_sets_are_what_they_say(rows: Catalogue) -> None:
    """Members are written out; these are the rules that they follow."""
    current = [model for model in rows.models.values() if model.openai_compatible and model.retired is None]

    def names(*, vendor: str | None = None, start: str = "") -> set[str]:
        return {m.name for m in current if vendor in {None, m.vendor} and m.name.startswith(start)}

    assert set(rows.region_sets["all"].members) == {
        row.identifier for row in rows.regions.values() if row.api_keys is Status.YES
    }
    parts = [rows.region_sets[name].members for name in ("americas", "emea", "apac")]
    assert sorted(name for part in parts for name in part) == sorted(rows.region_sets["all"].members)
    assert set(rows.model_sets["gpt-oss"].members) == names(start="openai.gpt-oss-")
    assert set(rows.model_sets["grok"].members) == names(vendor="xai")
    assert set(rows.model_sets["gemini"].members) == names(vendor="google")
    assert set(rows.model_sets["llama"].members) == {
        name for name in names(vendor="meta") if rows.models[name].on_demand
    }
    assert set(rows.model_sets["responses-capable"].members) == {
        model.name for model in current if model.responses is Status.YES
    }
    assert set(rows.model_sets["hosted-only"].members) == {
        model.name for model in current if model.access is Access.HOSTED and model.on_demand
    }


@pytest.mark.parametrize(
    ("model", "day"),
    [
        ("xai.grok-3", "2026-08-15"),
        ("xai.grok-4", "2026-08-15"),
        ("xai.grok-4-fast-reasoning", "2026-08-15"),
        ("cohere.command-r-08-2024", "2026-07-30"),
        ("cohere.embed-english-v3.0", "2026-09-30"),
    ],
)
def test_model_is_on_demand_until_the_day_it_retires(rows: Catalogue, model: str, day: str) -> None:
    """The day itself is the first without it."""
    retired = datetime.date.fromisoformat(day)
    row = rows.models[model]

    assert not row.is_retired(retired - datetime.timedelta(days=1))
    assert row.is_retired(retired)
    assert row.on_demand_in("us-chicago-1", retired) is Status.NO


def test_model_is_not_on_demand_before_its_release(rows: Catalogue) -> None:
    """gpt-oss came on 2025-11-18."""
    row = rows.models["openai.gpt-oss-120b"]

    assert row.on_demand_in("us-chicago-1", datetime.date(2025, 11, 17)) is Status.NO
    assert row.on_demand_in("us-chicago-1", datetime.date(2025, 11, 18)) is Status.YES


def test_model_whose_retirement_is_doubtful_is_doubtful(rows: Catalogue) -> None:
    """The source says Grok Fast variants and names none of these."""
    row = rows.models["xai.grok-4-1-fast-reasoning"]

    assert row.on_demand_in("us-chicago-1", TODAY) is Status.UNKNOWN
    assert not row.is_retired(TODAY)


def test_dedicated_is_not_on_demand(rows: Catalogue) -> None:
    """gpt-oss runs on clusters in Ashburn, and nowhere else there."""
    assert rows.models["openai.gpt-oss-120b"].on_demand_in("us-ashburn-1", TODAY) is Status.NO


def test_every_model_of_the_article_is_known(rows: Catalogue) -> None:
    """Read from the article where it lies beside the checkout."""
    articles = sorted((ROOT.parent / "shared" / "seed").glob("*.txt"))
    if not articles:
        pytest.skip("the article does not lie beside this checkout, in ../shared/seed")
    text = articles[0].read_text("utf-8")
    named = set(re.findall(r'"((?:xai|meta|openai)\.[a-z0-9.-]+)"', text))

    assert named
    assert named <= set(rows.models)


def test_base_url_is_the_one_of_the_documentation(rows: Catalogue) -> None:
    """An unmodified OpenAI client is given this, and the realm decides the domain."""
    assert rows.regions["us-chicago-1"].base_url == (
        "https://inference.generativeai.us-chicago-1.oci.oraclecloud.com/20231130/actions/v1"
    )
    assert rows.regions["eu-frankfurt-2"].base_url == (
        "https://inference.generativeai.eu-frankfurt-2.oci.oraclecloud.eu/20231130/actions/v1"
    )
