"""What an answer of ListModelDiscovery changes in the table, and what it doesn't."""

import datetime
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genaikeys import catalogue, yamltext
from genaikeys.catalogue import Access, Catalogue
from genaikeys.models.refresh import Proposal, proposed
from genaikeys.models.write import written
from genaikeys.oci import Availability, Discovered

TODAY = datetime.date(2026, 11, 23)
TABLES = {name: (files("genaikeys.catalogue") / name).read_text("utf-8") for name in catalogue.FILES}
MAY = datetime.datetime(2027, 5, 1, tzinfo=datetime.UTC)
MODELS = """\
# Kept by hand.
models:
  meta.llama-9:
    vendor: meta
    access: hosted
    on_demand: [us-chicago-1, eu-frankfurt-1] # two
    on_demand_unknown: [us-phoenix-1]
    dedicated: [ap-osaka-1]
    api_key: yes
    chat: yes
    responses: unknown
    aliases: [meta.llama-nine]
    # Somebody's remark.
    note: By hand.
    source: "Oracle: a page"
    date: 2026-10-09
  xai.grok-9:
    vendor: xai
    access: proxied
    on_demand: [us-chicago-1]
    api_key: yes
    chat: yes
    responses: yes
    retired: 2026-08-15
    retired_certain: no
    source: "Oracle: another page"
    date: 2026-10-09

# What can't be had.
not_offered: []
"""
SETS = "regions: {}\nmodels: {}\n"


def place(region: str, *modes: str, **more: object) -> Availability:
    """A model in a region, on demand unless told otherwise."""
    usual: dict[str, object] = {
        "realm": "OC1",
        "region": region,
        "modes": frozenset(modes or ("ON_DEMAND",)),
        "deprecated": None,
        "on_demand_retired": None,
        "replacements": (),
    }
    return Availability(**{**usual, **more})  # type: ignore[arg-type]  # a test names the fields


LLAMA = Discovered(
    name="meta.llama-9",
    vendor="Meta",
    capabilities=frozenset({"CHAT"}),
    apis=frozenset(),
    access="HOSTED",
    availability=(
        place("us-chicago-1", "ON_DEMAND", "DEDICATED"),
        place("eu-frankfurt-1"),
        place("ap-osaka-1", "DEDICATED"),
        place("us-phoenix-1"),
    ),
)
GROK = Discovered(
    name="xai.grok-9",
    vendor="xai",
    capabilities=frozenset({"CHAT"}),
    apis=frozenset({"OPENAI_V1_CHAT_COMPLETIONS", "OPENAI_V1_RESPONSES"}),
    access="PROXY",
    availability=(
        place("us-chicago-1", on_demand_retired=datetime.datetime(2026, 8, 15, tzinfo=datetime.UTC)),
    ),
)
NEW = replace(
    LLAMA, name="meta.llama-10", availability=(place("us-chicago-1"), place("ap-osaka-1", "DEDICATED"))
)


def known(models: str = MODELS) -> Catalogue:
    """A catalogue of two models."""
    return catalogue.read({**TABLES, "models.yaml": models, "sets.yaml": SETS})


def said(proposal: Proposal) -> list[str]:
    """What would change, in words."""
    new = [f"new: {name}: {', '.join(map(str, row.values()))}" for name, row in proposal.new.items()]
    return [*map(str, proposal.changes), *new]


CHANGES: dict[str, tuple[list[Discovered], list[str]]] = {
    "an uncertain region is on demand": (
        [LLAMA],
        ["meta.llama-9: on_demand: +us-phoenix-1", "meta.llama-9: on_demand_unknown: -us-phoenix-1"],
    ),
    "an uncertain region isn't": (
        [replace(LLAMA, availability=LLAMA.availability[:3])],
        ["meta.llama-9: on_demand_unknown: -us-phoenix-1"],
    ),
    "a region goes, another gets clusters": (
        [replace(LLAMA, availability=(place("us-chicago-1"), place("uk-london-1", "DEDICATED")))],
        [
            "meta.llama-9: on_demand: -eu-frankfurt-1",
            "meta.llama-9: on_demand_unknown: -us-phoenix-1",
            "meta.llama-9: dedicated: +uk-london-1, -ap-osaka-1",
        ],
    ),
    "an API was noted": (
        [replace(LLAMA, apis=frozenset({"OPENAI_V1_CHAT_COMPLETIONS"}), availability=LLAMA.availability)],
        [
            "meta.llama-9: on_demand: +us-phoenix-1",
            "meta.llama-9: on_demand_unknown: -us-phoenix-1",
            "meta.llama-9: responses: unknown -> no",
        ],
    ),
    "a day is set": (
        [replace(LLAMA, availability=tuple(
            replace(each, on_demand_retired=MAY, deprecated=MAY, replacements=("xai.grok-9",))
            for each in LLAMA.availability
        ))],
        [
            "meta.llama-9: on_demand: +us-phoenix-1",
            "meta.llama-9: on_demand_unknown: -us-phoenix-1",
            "meta.llama-9: retired: none -> 2027-05-01",
            "meta.llama-9: deprecated: none -> 2027-05-01",
            "meta.llama-9: replacements: +xai.grok-9",
        ],
    ),
    "a doubtful day is certain": ([GROK], ["xai.grok-9: retired_certain: no -> none"]),
    "a day is moved": (
        [replace(GROK, availability=(place("us-chicago-1", on_demand_retired=MAY),))],
        ["xai.grok-9: retired: 2026-08-15 -> 2027-05-01", "xai.grok-9: retired_certain: no -> none"],
    ),
    "a model moves out of OCI": (
        [replace(GROK, access="HOSTED")],
        ["xai.grok-9: access: proxied -> hosted", "xai.grok-9: retired_certain: no -> none"],
    ),
    "a model is new": (
        [NEW],
        [
            "new: meta.llama-10: meta, hosted, ('us-chicago-1',), ('ap-osaka-1',), unknown, unknown, unknown"
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_whole_answer_changes_what_it_says_otherwise(name: str) -> None:
    """Nothing else of the row, and no other row."""
    answer, expected = CHANGES[name]

    assert said(proposed(known(), answer)) == expected


DOUBTS: dict[str, tuple[Discovered, str]] = {
    "no name": (replace(LLAMA, name=""), "1 without a model's name"),
    "no region at all": (replace(LLAMA, availability=()), "meta.llama-9: no region is told"),
    "a region without a name": (
        replace(LLAMA, availability=(place(""),)),
        "meta.llama-9: a region lacks its name or its serving modes",
    ),
    "a region without modes": (
        replace(LLAMA, availability=(replace(place("us-chicago-1"), modes=frozenset()),)),
        "meta.llama-9: a region lacks its name or its serving modes",
    ),
    "a region twice": (
        replace(LLAMA, availability=(place("us-chicago-1"), place("us-chicago-1", "DEDICATED"))),
        "meta.llama-9: us-chicago-1 is told more than once",
    ),
    "a region of another world": (
        replace(LLAMA, availability=(place("us-mars-1"),)),
        "meta.llama-9: in us-mars-1, which the table of regions lacks",
    ),
    "a way of serving that nobody knows": (
        replace(LLAMA, availability=(place("us-chicago-1", "UNKNOWN_ENUM_VALUE"),)),
        "meta.llama-9: in us-chicago-1 it is served as UNKNOWN_ENUM_VALUE, whatever that is",
    ),
    "a region in another realm": (
        replace(LLAMA, availability=(place("us-chicago-1", realm="OC4"),)),
        "meta.llama-9: us-chicago-1 is told to be in the realm OC4; the table has oc1",
    ),
    "a name that is none": (replace(LLAMA, name="x: [\n"), "'x: [\\n' is no name of a model"),
    "another spelling": (
        replace(LLAMA, name="meta.llama-nine"),
        "meta.llama-nine: the table knows it as another spelling of meta.llama-9",
    ),
    "new, without a vendor": (
        replace(NEW, vendor=""),
        "meta.llama-10: new, but vendor or access is not told",
    ),
    "new, and it doesn't chat": (
        replace(NEW, capabilities=frozenset({"TEXT_EMBEDDINGS"})),
        "1 models that don't chat, or nowhere on demand: no row is made for them",
    ),
}


@pytest.mark.parametrize("name", DOUBTS)
def test_unclear_answer_changes_nothing_and_is_told(name: str) -> None:
    """A row is worth more than half an answer."""
    answer, doubt = DOUBTS[name]
    proposal = proposed(known(), [answer])

    assert proposal.is_empty
    assert doubt in proposal.doubts


def test_contradiction_changes_nothing() -> None:
    """A model that is described twice, and differently, is left alone; twice the same is once."""
    assert proposed(known(), [GROK, replace(GROK, access="HOSTED")]).doubts == (
        "xai.grok-9: described 2 times, and differently",
        "meta.llama-9: not in the answer; the row stays",
    )
    assert said(proposed(known(), [GROK, GROK])) == said(proposed(known(), [GROK]))


FIELDS: dict[str, tuple[Discovered, str]] = {
    "vendor": (
        replace(GROK, vendor="meta"),
        "xai.grok-9: the vendor is told as meta; the row keeps xai",
    ),
    "no access": (replace(GROK, access=""), "xai.grok-9: access is told as nothing; the row keeps it"),
    "an access that nobody knows": (
        replace(GROK, access="UNKNOWN_ENUM_VALUE"),
        "xai.grok-9: access is told as UNKNOWN_ENUM_VALUE; the row keeps it",
    ),
    "a replacement that nobody knows": (
        replace(GROK, availability=(replace(GROK.availability[0], replacements=("xai.grok-99",)),)),
        "xai.grok-9: xai.grok-99 in its place, which the table lacks",
    ),
    "no day": (
        replace(GROK, availability=(place("us-chicago-1"),)),
        "xai.grok-9: no day is told for retired; the row keeps 2026-08-15",
    ),
    "APIs that nobody knows": (
        replace(GROK, apis=frozenset({"UNKNOWN_ENUM_VALUE"})),
        "xai.grok-9: its APIs are told as UNKNOWN_ENUM_VALUE; the row keeps its own",
    ),
    "retired before it was deprecated": (
        replace(
            GROK,
            availability=(
                place("us-chicago-1", on_demand_retired=MAY, deprecated=MAY + datetime.timedelta(days=9)),
            ),
        ),
        (
            "xai.grok-9: days out of order in us-chicago-1 (deprecated 2027-05-10, retired 2027-05-01); the "
            "row keeps its days"
        ),
    ),
    "itself in its place": (
        replace(GROK, availability=(place("us-chicago-1", replacements=("xai.grok-9",)),)),
        "xai.grok-9: no day is told for retired; the row keeps 2026-08-15",
    ),
    "two days": (
        replace(
            GROK,
            availability=(
                place("us-chicago-1", on_demand_retired=MAY),
                place("us-ashburn-1", on_demand_retired=MAY + datetime.timedelta(days=9)),
            ),
        ),
        (
            "xai.grok-9: retired on different days in different regions (2027-05-01, 2027-05-10); the row "
            "keeps 2026-08-15"
        ),
    ),
}


@pytest.mark.parametrize("name", FIELDS)
def test_unclear_field_keeps_what_the_row_has(name: str) -> None:
    """The rest of the row is compared all the same."""
    answer, doubt = FIELDS[name]
    proposal = proposed(known(), [answer])

    assert doubt in proposal.doubts
    assert {change.field for change in proposal.changes} <= {"on_demand", "retired_certain"}
    model = catalogue.read(
        {**TABLES, "models.yaml": written(MODELS, proposal, TODAY), "sets.yaml": SETS}
    ).models["xai.grok-9"]
    assert (model.vendor, model.access) == ("xai", Access.PROXIED)
    assert model.retired == datetime.date(2026, 8, 15)


def test_table_keeps_everything_that_did_not_change() -> None:
    """Comments, notes, order and layout; a row that changed says where it is from, and of when."""
    proposal = proposed(known(), [CHANGES["a day is set"][0][0], GROK, NEW])

    assert written(MODELS, proposal, TODAY) == MODELS.replace(
        """\
    on_demand: [us-chicago-1, eu-frankfurt-1] # two
    on_demand_unknown: [us-phoenix-1]
""",
        """\
    on_demand: [us-chicago-1, eu-frankfurt-1, us-phoenix-1] # two
""",
    ).replace(
        """\
    responses: unknown
    aliases: [meta.llama-nine]
    # Somebody's remark.
    note: By hand.
    source: "Oracle: a page"
    date: 2026-10-09
""",
        """\
    responses: unknown
    deprecated: 2027-05-01
    retired: 2027-05-01
    replacements: [xai.grok-9]
    aliases: [meta.llama-nine]
    # Somebody's remark.
    note: By hand.
    source: "Oracle: a page; OCI: ListModelDiscovery"
    date: 2026-11-23
""",
    ).replace(
        """\
    retired_certain: no
    source: "Oracle: another page"
    date: 2026-10-09
""",
        """\
    source: "Oracle: another page; OCI: ListModelDiscovery"
    date: 2026-11-23
  meta.llama-10:
    vendor: meta
    access: hosted
    on_demand: [us-chicago-1]
    dedicated: [ap-osaka-1]
    api_key: unknown
    chat: unknown
    responses: unknown
    source: "OCI: ListModelDiscovery"
    date: 2026-11-23
""",
    )


def test_long_lists_are_folded_below_their_first_name() -> None:
    """As people wrote them; and what was added comes last, so that a diff shows it."""
    everywhere = tuple(place(name, realm=row.realm) for name, row in known().regions.items())
    table = written(MODELS, proposed(known(), [replace(LLAMA, availability=everywhere)]), TODAY)
    lines = table[table.index("    on_demand:") : table.index(" # two")].splitlines()

    assert [len(line) for line in lines] == [116, 101]
    assert " ".join(line.strip() for line in lines) == (
        "on_demand: [us-chicago-1, eu-frankfurt-1, us-ashburn-1, us-phoenix-1, ap-hyderabad-1, ap-osaka-1, "
        "sa-saopaulo-1, uk-london-1, me-riyadh-1, me-dubai-1, me-abudhabi-1, uk-gov-london-1, eu-frankfurt-2]"
    )


def _answers() -> st.SearchStrategy[list[Discovered]]:
    words = st.sampled_from(("", "meta.llama-9", "xai.grok-9", "meta.llama-nine", "meta.llama-10", "é: [\n"))
    moments = st.none() | st.just(MAY)
    places = st.builds(
        Availability,
        realm=st.just("OC1"),
        region=st.sampled_from(("", "us-chicago-1", "eu-frankfurt-1", "us-mars-1")),
        modes=st.frozensets(st.sampled_from(("ON_DEMAND", "DEDICATED", "OTHER"))),
        deprecated=moments,
        on_demand_retired=moments,
        replacements=st.sampled_from(((), ("xai.grok-9",), ("é: [",))),
    )
    return st.lists(
        st.builds(
            Discovered,
            name=words,
            vendor=st.sampled_from(("", "meta", "xai", "x: [")),
            capabilities=st.frozensets(st.just("CHAT")),
            apis=st.frozensets(st.sampled_from(("OPENAI_V1_CHAT_COMPLETIONS", "NEW_API"))),
            access=st.sampled_from(("", "HOSTED", "PROXY", "OTHER")),
            availability=st.lists(places, max_size=3).map(tuple),
        ),
        max_size=4,
    )


@given(_answers())
def test_any_answer_leaves_a_table_that_reads_as_proposed(answer: list[Discovered]) -> None:
    """Every row stays, with its note and its aliases; asked again with the same answer, nothing changes."""
    proposal = proposed(known(), answer)
    table = written(MODELS, proposal, TODAY)
    after = known(table)

    assert set(known().models) <= set(after.models)
    assert after.models["meta.llama-9"].note == "By hand."
    assert "# Somebody's remark.\n" in table
    assert [
        str(change) for change in proposed(after, [e for e in answer if "\n" not in e.name]).changes
    ] == []
    assert yamltext.read(table, name="table")
