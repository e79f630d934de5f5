"""The page in a real browser: what it loads, how readable it is, and what a screen reader hears of it."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from genaikeys.access.groups import grouped
from genaikeys.access.html import page
from genaikeys.access.model import Access, CellChange
from genaikeys.access.picture import draw
from tests.access import browser, samples

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        browser.find() is None,
        reason="there is no Chromium: on Debian, apt-get install chromium brings one",
    ),
]
Shown = tuple[Path, Access, tuple[CellChange, ...]]
_CONTRAST = """
(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = parts(colour).map((each) => each / 255)
      .map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (parts(colour)[3] !== 0) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const ratio = (one, other) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const texts = [...document.querySelectorAll('body *')].filter((each) =>
    each.checkVisibility() && [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  const poor = texts.map((each) => [each.outerHTML, ratio(getComputedStyle(each).color, behind(each))])
    .filter(([, found]) => found < 4.5);
  const signs = [...document.querySelectorAll('.s, .m td:not(.c), .m td a')].filter((each) =>
    each.checkVisibility()).map((each) =>
      [each.outerHTML, ratio(getComputedStyle(each, '::before').borderTopColor, behind(each))])
    .filter(([, found]) => found < 3);
  return {ground: getComputedStyle(document.body).backgroundColor, texts: texts.length, poor, signs};
})()
"""
"""What is hard to read (WCAG 2.2, 1.4.3: 4.5 to 1 for text; 1.4.11: 3 to 1 for signs)."""

_COLOURS = """
async (address) => {
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
  canvas.drawImage(image, 0, 0);
  const { data } = canvas.getImageData(0, 0, image.width, image.height);
  const found = {};
  for (let place = 0; place < data.length; place += 4) {
    const colour = data.slice(place, place + 3).join();
    found[colour] = (found[colour] || 0) + 1;
  }
  return found;
}
"""
"""How many pixels of a picture have which colour."""


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Page]:
    """A tab of a browser with a fresh profile."""
    program = browser.find()
    assert program is not None
    with browser.opened(program, tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """The page of a real change, and what it shows."""
    folder = tmp_path_factory.mktemp("page")
    (difference,), (access,) = samples.changed(folder)
    file = folder / "access.html"
    file.write_text(page([difference], [access]), encoding="utf-8")
    return file, access, difference.cells


def test_page_loads_nothing_and_breaks_no_rule(tab: browser.Page, written: Shown) -> None:
    """One request, for the page itself; its style is taken; nothing is complained of."""
    file, _, _ = written
    tab.open(file)
    asked = [found["request"]["url"] for method, found in tab.events if method == "Network.requestWillBeSent"]
    told = [found for method, found in tab.events if method in ("Log.entryAdded", "Runtime.consoleAPICalled")]

    assert asked == [file.as_uri()]
    assert told == []
    assert tab.evaluate("document.styleSheets.length") == 1
    assert tab.evaluate("getComputedStyle(document.querySelector('section')).borderRadius") == "12px"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_page_is_readable(tab: browser.Page, written: Shown, *, dark: bool) -> None:
    """Each text and each sign stands out from what is behind it."""
    every_kind = written[0].with_name("every-kind.html")
    every_kind.write_text(page(*samples.hostile("tame")), encoding="utf-8")
    for file in (written[0], every_kind):
        tab.open(file, dark=dark)
        found = tab.evaluate(_CONTRAST)

        assert found["ground"] == ("rgb(15, 18, 24)" if dark else "rgb(246, 247, 249)")
        assert found["texts"] > 50
        assert (found["poor"], found["signs"]) == ([], [])


@pytest.mark.parametrize("width", [360, 800, 1280, 1400])
def test_page_fits_the_window(tab: browser.Page, written: Shown, width: int) -> None:
    """Wide tables scroll by themselves; the page never does sideways."""
    tab.open(written[0], width=width)

    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_statements_are_in_sight(tab: browser.Page, written: Shown) -> None:
    """On an ordinary screen no table of statements has to be scrolled sideways."""
    tab.open(written[0], width=1280)
    hidden = tab.evaluate(
        "[...document.querySelectorAll('.scroll:not(.matrix)')]"
        ".filter((each) => each.scrollWidth > each.clientWidth).length"
    )

    assert hidden == 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_picture_is_drawn(tab: browser.Page, written: Shown, *, dark: bool) -> None:
    """Counted on a screenshot: the page has its ground, and each yes a disc of its colour."""
    tab.open(written[0], width=1280, dark=dark)
    discs = tab.evaluate(
        "[...document.querySelectorAll('.yes')].filter((each) => each.checkVisibility()).length"
    )
    shot = tab.ask("Page.captureScreenshot", captureBeyondViewport=True)["data"]
    empty = written[0].with_name("empty.html")
    empty.write_text("<!DOCTYPE html><title>empty</title>", encoding="utf-8")
    tab.open(empty)
    counting = f"({_COLOURS})('data:image/png;base64,{shot}')"
    counted = tab.ask("Runtime.evaluate", expression=counting, awaitPromise=True, returnByValue=True)[
        "result"
    ]["value"]
    grounds, yes = ("15,18,24", "99,201,230") if dark else ("246,247,249", "11,107,138")

    assert counted[grounds] > 10_000
    assert counted[yes] > 60 * discs > 0
    assert len(counted) > 50


def test_squares_are_heard_as_they_are_seen(tab: browser.Page, written: Shown) -> None:
    """In the accessibility tree each square is a cell with its answer, and shapes add no noise to it."""
    file, access, changes = written
    tab.open(file)
    nodes = [node for node in tab.ask("Accessibility.getFullAXTree")["nodes"] if not node["ignored"]]
    heard = Counter((node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes)
    picture = draw(access, changes, tuple(grouped(changes)))
    squares = [square for each in picture.principals for row in each.rows for square in row.squares]
    plain = Counter(("cell", str(square.sign)) for square in squares if square.mark is None)
    marked = Counter(
        ("link", f"{square.sign}; was {square.mark.was}") for square in squares if square.mark is not None
    )

    assert {name: heard[name] for name in plain} == plain
    assert {name: heard[name] for name in marked} == marked
    for model in picture.models:
        assert heard["columnheader", model] == 1
    assert heard["rowheader", "us-chicago-1"] == len(picture.principals)


def test_changed_square_leads_to_its_statements(tab: browser.Page, written: Shown) -> None:
    """Following it shows the row that tells of it, without a script."""
    tab.open(written[0])
    tab.evaluate("document.querySelector('.m td a').click()")

    assert tab.evaluate("document.querySelector('tr:target th').textContent") == "bot"


def test_hostile_names_run_nothing(tab: browser.Page, tmp_path: Path) -> None:
    """Not even where scripts may run."""
    file = tmp_path / "hostile.html"
    name = "</style></title><script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"
    file.write_text(page(*samples.hostile(name)), encoding="utf-8")
    tab.open(file)
    tab.ask("Emulation.setScriptExecutionDisabled", value=False)
    tab.ask("Page.reload")
    tab.evaluate("1")

    assert tab.evaluate("document.title") == "Access diff: BROADENS access"
    assert tab.evaluate("document.querySelectorAll('script, img').length") == 0
    assert {
        found["request"]["url"] for method, found in tab.events if method == "Network.requestWillBeSent"
    } == {file.as_uri()}
