"""Courses as a picture: a line for each client, red where a call failed, all panels at one scale."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from bench.load.course import Call, Course

__all__ = ["picture"]

_WIDTH, _LEFT, _RIGHT = 880, 64, 16
_HEAD, _ROW, _ABOVE, _BELOW = 34, 6, 60, 58
"""Height of the legend, of a client's line, and of what stands above and below the lines of a panel."""
_STYLE = (
    "text{fill:#24292f}.soft{fill:#57606a}.axis{stroke:#8c959f}.mark{stroke:#24292f}"
    ".a{stroke:#1d4ed8}.b{stroke:#7db4f5}.f{stroke:#e11d2e}.red{fill:#c8102e}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.soft{fill:#9da7b3}.mark{stroke:#e6edf3}"
    ".a{stroke:#3b6ff0}.b{stroke:#a5cdfb}.f{stroke:#ff4d5a}.red{fill:#ff6b76}}"
)


def picture(courses: Sequence[tuple[str, Course]]) -> str:
    """An SVG with a panel for each course, readable on light and on dark.

    Args:
        courses: Each with what it shows.
    """
    span = max(course.seconds for _, course in courses)
    parts = [_legend()]
    top = _HEAD
    for title, course in courses:
        parts += _panel(title, course, top, span)
        top += _ABOVE + _ROW * course.load.clients + _BELOW
    told = "; ".join(f"{title}: {_told(course)}" for title, course in courses)
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top}" role="img" '
        'font-family="system-ui,sans-serif" font-size="13">'
    )
    return "\n".join([opening, f"<title>{told}</title>", f"<style>{_STYLE}</style>", *parts, "</svg>\n"])


def _legend() -> str:
    y = 15
    return (
        f'<path class="a" stroke-width="6" d="M{_LEFT} {y}h22"/>'
        f'<path class="b" stroke-width="6" d="M{_LEFT + 22} {y}h22"/>'
        f'<text x="{_LEFT + 52}" y="{y + 4}">calls answered; another shade, another value of the key</text>'
        f'<path class="f" stroke-width="6" d="M{_LEFT + 440} {y}h22"/>'
        f'<text x="{_LEFT + 470}" y="{y + 4}">calls failed</text>'
    )


def _panel(title: str, course: Course, top: int, span: float) -> Iterator[str]:
    first, rows = top + _ABOVE, _ROW * course.load.clients
    bottom = first + rows
    color = ' class="red"' if any(call.failed for call in course.made("call")) else ""
    yield (
        f'<text x="{_LEFT}" y="{top + 16}" font-size="15"><tspan font-weight="bold">{title}:</tspan> '
        f'<tspan font-weight="bold"{color}>{_told(course)}</tspan></text>'
    )
    yield (
        f'<text class="soft" text-anchor="middle" transform="translate({_LEFT - 14} {first + rows // 2}) '
        f'rotate(-90)">{course.load.clients} clients</text>'
    )
    yield from _lines(course, first, span)
    for deed in course.deeds:
        if deed.published is not None:
            yield _mark(_x(deed.published, span), first, bottom, (deed.name, deed.how))
        if deed.retired is not None:
            yield _after(_x(deed.retired, span), bottom, "old slot off")
        if deed.published is not None and deed.renewed and deed.renewed[-1] > deed.published:
            yield _after(_x(deed.renewed[-1], span), bottom, "leaked value dead")
    yield f'<path class="axis" d="M{_LEFT} {bottom + 24}H{_WIDTH - _RIGHT}"/>'
    for second in range(0, int(span) + 1, 20):
        x = _x(second, span)
        yield f'<path class="axis" d="M{x:.1f} {bottom + 24}v4"/>'
        yield _note(x, bottom + 41, f"{second} s")


def _lines(course: Course, first: int, span: float) -> Iterator[str]:
    """A piece of line from one call of a client to its next, in the shade of the value that both used."""
    calls = sorted(course.made("call"), key=lambda call: (call.client, call.time))
    shades = {value: "ab"[place % 2] for place, value in enumerate(_in_order(calls))}
    pieces: dict[str, list[str]] = {"a": [], "b": [], "f": []}
    late = 3 * course.load.calls_every
    for client, group in groupby(calls, key=lambda call: call.client):
        y = first + _ROW * client + _ROW // 2
        own = [(call.time, "f" if call.failed else shades[call.value]) for call in group]
        begun = own[0][0]
        for (time, shade), following in zip(own, [*own[1:], None], strict=True):
            until = time + course.load.calls_every
            # A client that had to wait is shown as a gap.
            if following is not None and following[0] - time < late:
                until = following[0]
                if following[1] == shade:
                    continue
            start = _x(begun, span)
            pieces[shade].append(f"M{start:.1f} {y}h{_x(until, span) - start:.1f}")
            begun = following[0] if following else until
    for shade, found in pieces.items():
        if found:
            yield f'<path class="{shade}" stroke-width="{_ROW - 1}" d="{"".join(found)}"/>'


def _mark(x: float, first: int, bottom: int, lines: tuple[str, str]) -> str:
    return (
        f'<path class="mark" stroke-width="1.5" d="M{x:.1f} {first - 6}V{bottom + 2}"/>'
        f'<text x="{x:.1f}" y="{first - 24}" text-anchor="middle">{lines[0]}</text>'
        + _note(x, first - 10, lines[1])
    )


def _after(x: float, bottom: int, what: str) -> str:
    return f'<path class="mark" d="M{x:.1f} {bottom - 2}v8"/>' + _note(x, bottom + 17, what)


def _note(x: float, y: float, what: str) -> str:
    return f'<text class="soft" x="{x:.1f}" y="{y}" font-size="11" text-anchor="middle">{what}</text>'


def _told(course: Course) -> str:
    calls = course.made("call")
    return f"{sum(call.failed for call in calls):,} of {len(calls):,} calls failed"


def _in_order(calls: Sequence[Call]) -> list[str]:
    """The values in the order of their first use."""
    return list(dict.fromkeys(call.value for call in sorted(calls, key=lambda call: call.time)))


def _x(second: float, span: float) -> float:
    return _LEFT + second / span * (_WIDTH - _LEFT - _RIGHT)
