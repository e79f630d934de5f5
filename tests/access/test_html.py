"""The page: self-contained, made of real tables, and harmless whatever names it shows."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genaikeys.access.html import page
from genaikeys.access.model import Ruling
from genaikeys.access.picture import sign
from genaikeys.iam import Answer
from tests.access import samples

pytestmark = pytest.mark.slow

HOSTILE = (
    "</style></script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><a href='javascript:alert(1)'>x</a>",
    "'; background: url(https://evil.example/)",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt; <!-- ]]>",
)
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "footer", "nav", "section", "h1"),
    *(
        "h2",
        "h3",
        "p",
        "span",
        "div",
        "ul",
        "li",
        "dl",
        "dt",
        "dd",
        "a",
        "i",
        "code",
        "del",
        "ins",
        "details",
    ),
    *("summary", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "role", "tabindex", "title"),
    *("scope", "colspan", "rowspan", "open", "data-mark", "aria-label", "aria-labelledby"),
}
VOID = {"meta"}


class Parsed(HTMLParser):
    """A page, read; every element is closed where it should be.

    Attributes:
        elements: Each start tag with its attributes.
        text: All text but the style.
        style: The style.
        tables: Each table as rows of (tag, attributes, text).
    """

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.style = ""
        self.tables: list[list[list[tuple[str, dict[str, str | None], str]]]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append((tag, dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Take text."""
        if self._open[-1:] == ["style"]:
            self.style += data
            return
        self.text += data
        if "td" in self._open or "th" in self._open:
            tag, attributes, text = self.tables[-1][-1][-1]
            self.tables[-1][-1][-1] = (tag, attributes, text + data)


@pytest.fixture
def parsed(tmp_path: Path) -> Parsed:
    """A real change."""
    return Parsed(page(*samples.changed(tmp_path)))


def test_page_needs_nothing_else(parsed: Parsed) -> None:
    """No script, no address, no handler, and a policy that allows its own style alone."""
    assert {tag for tag, _ in parsed.elements} <= TAGS
    assert {name for _, attributes in parsed.elements for name in attributes} <= ATTRIBUTES
    links = [value for _, attributes in parsed.elements if (value := attributes.get("href"))]
    assert [link for link in links if not link.startswith("#")] == []
    assert "url(" not in parsed.style
    assert "@import" not in parsed.style
    digest = base64.b64encode(hashlib.sha256(parsed.style.encode()).digest()).decode()
    policies = [
        attributes["content"]
        for _, attributes in parsed.elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policies == [
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    ]


def test_links_of_the_page_lead_somewhere(parsed: Parsed) -> None:
    """Each id stands once, and each link and label names one."""
    ids = [value for _, attributes in parsed.elements if (value := attributes.get("id"))]
    assert len(ids) == len(set(ids))
    for _, attributes in parsed.elements:
        assert (attributes.get("href") or "#")[1:] in {"", *ids}
        assert (attributes.get("aria-labelledby") or "") in {"", *ids}


def test_tables_have_headers() -> None:
    """Each column and each row says what it is, in a header cell with a scope."""
    tables = Parsed(page(*samples.hostile("tame"))).tables
    assert len(tables) == 6
    for table in tables:
        first, *rows = table
        assert {tag for tag, _, _ in first} == {"th"}
        for row in rows:
            assert row[0][0] == "th"
        scopes = [attributes.get("scope") for row in table for tag, attributes, _ in row if tag == "th"]
        corners = [
            attributes for row in table for _, attributes, _ in row if attributes.get("class") == "corner"
        ]
        assert scopes.count(None) == len(corners) <= 1


def test_matrix_shows_what_was_worked_out(tmp_path: Path) -> None:
    """Every square says in words what its cell is, and what it was where it changed."""
    differences, (access,) = samples.changed(tmp_path)
    ((heads, apis, *rows),) = [
        table for table in Parsed(page(differences, [access])).tables if "Who, and where" in table[0][0][2]
    ]
    models = [text for _, _, text in heads[1:]]
    columns = [(models[number // 2], text) for number, (_, _, text) in enumerate(apis)]
    shown: dict[tuple[str, str, str, str], str] = {}
    principal = ""
    for row in rows:
        if len(row) == 1:
            principal = row[0][2]
            continue
        for (model, api), (_, _, text) in zip(columns, row[1:], strict=True):
            shown[principal, row[0][2], model, api] = text
    changes = {(each.principal, each.region, each.model, each.api) for each in differences[0].cells}
    for cell in access.cells:
        place = (cell.principal, cell.region, cell.model, cell.api)
        if place not in shown:
            assert sign(cell.granted.answer, cell.offered) in ("no", "granted, not on offer")
            assert place not in changes
            continue
        now, _, was = shown.pop(place).partition("; was ")
        assert now == sign(cell.granted.answer, cell.offered)
        assert bool(was) is (place in changes)
    assert set(shown.values()) == {"no such key", "no such key; was yes"}


def test_changes_stand_with_their_statements(tmp_path: Path) -> None:
    """The closest statement before, the deciding one after with its line, and what is new in it marked."""
    text = page(*samples.changed(tmp_path))
    parsed = Parsed(text)

    assert "target.model.id is &#39;xai.grok-4.3&#39;, not &#39;openai.gpt-oss-120b&#39;" in text
    assert "<ins>, &#39;xai.grok-4.3&#39;</ins>" in text
    assert f'<span class="place">{samples.FILE}:9</span>' in text
    assert "group Auditors" in parsed.text
    assert parsed.text.count("there is no such key") >= 2


def test_what_is_folded_away_is_named(tmp_path: Path) -> None:
    """Who can call nothing has no row, a model that nobody can call has no column, and the page says so."""
    _, accesses = samples.changed(tmp_path)
    text = Parsed(page((), accesses)).text

    assert "Without a row, since they can call none of the models shown: 2 principals" in text
    assert "any other key in genai-apps in us-chicago-1, eu-frankfurt-1; anyone else in genai-apps" in text
    assert "Without a column, since they are granted to nobody: " in text


def test_what_stays_of_a_list_is_not_marked() -> None:
    """A model that goes before one that stays, and one that comes after it."""
    (difference,), accesses = samples.hostile("tame")
    statements = [
        f"allow any-user to use x in tenancy where a in ({names})"
        for names in ("'a', 'b', 'c'", "'b', 'c', 'd'")
    ]
    before, after = (
        Ruling(answer=answer, statement=statement, policy="p", source=None, reason="r")
        for answer, statement in zip((Answer.NO, Answer.YES), statements, strict=True)
    )
    cells = (replace(difference.cells[0], before=before, after=after),)
    text = page([replace(difference, cells=cells)], accesses)

    assert "(<del>&#39;a&#39;</del>, &#39;b&#39;, &#39;c&#39;)" in text
    assert "(&#39;b&#39;, &#39;c&#39;<ins>, &#39;d&#39;</ins>)" in text


def test_copies_of_a_statement_for_other_regions_share_a_row(tmp_path: Path) -> None:
    """A reader of two secrets is one line, with both regions."""
    _, accesses = samples.changed(tmp_path)
    tables = Parsed(page((), accesses)).tables
    (rows,) = [rows for heads, *rows in tables if heads[0][2] == "Reader"]

    assert [[text for _, _, text in row[:4]] for row in rows] == [
        ["group Auditors", "bot", "us-chicago-1eu-frankfurt-1", "yes"]
    ]


def test_page_of_an_unchanged_stack_marks_nothing(tmp_path: Path) -> None:
    """It says so, and has the matrix folded."""
    (difference,), accesses = samples.changed(tmp_path)
    same = Parsed(page([samples.unchanged(difference)], accesses))

    assert "no change in access" in same.text
    assert [attributes for _, attributes in same.elements if "data-mark" in attributes] == []
    folds = [attributes for tag, attributes in same.elements if tag == "details"]
    assert all("open" not in attributes for attributes in folds)


def test_page_without_a_change_shows_access(tmp_path: Path) -> None:
    """Who can call what, who can read which secret, and no verdict."""
    _, accesses = samples.changed(tmp_path)
    shown = Parsed(page((), accesses))

    assert "Who can call what" in shown.text
    assert "What decides" in shown.text
    assert [
        attributes for _, attributes in shown.elements if "verdict" in (attributes.get("class") or "")
    ] == []


def test_stack_that_nobody_can_use_has_no_matrix(tmp_path: Path) -> None:
    """A sentence is enough."""
    _, (access,) = samples.changed(tmp_path)
    refused = [cell for cell in access.cells if cell.principal.startswith("anyone else")]
    nobody = type(access)(stack="trial", cells=tuple(refused), readers=())

    assert "Nobody can call any model." in page((), [nobody])


def test_stack_that_is_gone_shows_what_changed(tmp_path: Path) -> None:
    """Without access afterwards the changes still stand."""
    (difference,), _ = samples.changed(tmp_path)

    assert "group Auditors" in page([difference], [])


@pytest.mark.parametrize("name", HOSTILE)
def test_names_can_do_nothing_on_the_page(name: str) -> None:
    """In every place that takes text, a name is shown as it is and is no markup."""
    hostile, tame = (Parsed(page(*samples.hostile(each))) for each in (name, "tame"))
    spaced = re.sub(r"\s+", " ", name)

    assert [tag for tag, _ in hostile.elements if tag not in ("del", "ins")] == [
        tag for tag, _ in tame.elements if tag not in ("del", "ins")
    ]
    assert {key for _, attributes in hostile.elements for key in attributes} <= ATTRIBUTES
    assert hostile.text.count(spaced) == tame.text.count("tame")
    assert hostile.style == tame.style


@given(st.text(min_size=1).filter(str.strip))
@settings(max_examples=40, deadline=None)
def test_any_name_leaves_the_page_as_it_is(name: str) -> None:
    """Whatever the name, the elements are the same."""
    found, tame = (
        [tag for tag, _ in Parsed(page(*samples.hostile(each))).elements if tag not in ("del", "ins")]
        for each in (name, "tame")
    )

    assert found == tame


@pytest.mark.parametrize(
    "character", ["\u202e", "\u2066", "\x00", "\x1b", "\n", "\u200b", "\ufeff", "\ue000"]
)
def test_characters_that_hide_are_spelt_out(character: str) -> None:
    """Nothing turns a statement around or hides a part of it."""
    text = page(*samples.hostile(f"a{character}b"))

    assert f"a{character}b" not in text
    assert f"a\\u{{{ord(character):x}}}b" in text


def test_page_of_many_keys_stays_small(tmp_path: Path) -> None:
    """A square costs a few dozen bytes."""
    _, (access,) = samples.changed(tmp_path)
    many = type(access)(
        stack="many",
        cells=tuple(
            type(cell)(
                **{**{name: getattr(cell, name) for name in cell.__slots__}, "principal": f"key-{number}"}
            )
            for number in range(100)
            for cell in access.cells
            if cell.principal == "bot"
        ),
        readers=(),
    )
    table = page((), [many]).partition('<table class="m">')[2].partition("</table>")[0]

    assert len(table) / table.count("<td") < 60
