"""The picture of two courses under load: answered and failed calls a second, one above the other."""

from collections.abc import Sequence

from tests.load.course import Course

__all__ = ["picture"]

WIDTH, PANEL, LEFT, TOP, GAP = 860, 150, 56, 46, 78
INK, ANSWERED, FAILED = "#6b7280", "#4f7cac", "#d62828"


def picture(courses: Sequence[tuple[str, Course]]) -> str:
    """An SVG with a panel for each course, all at one scale, readable on light and on dark."""
    seconds = max(course.seconds for _, course in courses)
    most = max(max(_per_second(course, failed=None)) for _, course in courses)
    height = TOP + len(courses) * (PANEL + GAP)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
            'font-family="sans-serif" font-size="13">'
        ),
        "<title>Calls answered and failed, by second, while a key is rotated</title>",
        (
            f'<rect x="{LEFT}" y="12" width="12" height="12" fill="{ANSWERED}"/>'
            f'<text x="{LEFT + 18}" y="23" fill="{INK}">answered a second</text>'
            f'<rect x="{LEFT + 160}" y="12" width="12" height="12" fill="{FAILED}"/>'
            f'<text x="{LEFT + 178}" y="23" fill="{INK}">failed a second</text>'
        ),
    ]
    for index, (title, course) in enumerate(courses):
        parts += _panel(title, course, TOP + index * (PANEL + GAP), seconds, most)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(title: str, course: Course, top: int, seconds: float, most: int) -> list[str]:
    wide = (WIDTH - LEFT - 16) / (int(seconds) + 1)
    bottom = top + 18 + PANEL
    told = f"{title}: {course.failed} of {len(course.made):,} calls failed"
    parts = [f'<text x="{LEFT}" y="{top + 8}" fill="{INK}" font-weight="bold">{told}</text>']
    for color, is_failed in ((ANSWERED, False), (FAILED, True)):
        for second, count in enumerate(_per_second(course, failed=is_failed)):
            if count:
                tall = count / most * PANEL
                base = bottom - (_per_second(course, failed=False)[second] / most * PANEL if is_failed else 0)
                parts.append(
                    f'<rect x="{LEFT + second * wide:.1f}" y="{base - tall:.1f}" width="{wide - 0.8:.1f}" '
                    f'height="{tall:.1f}" fill="{color}"/>'
                )
    parts.append(
        f'<line x1="{LEFT}" x2="{WIDTH - 16}" y1="{bottom}" y2="{bottom}" stroke="{INK}"/>'
        f'<text x="{LEFT - 8}" y="{top + 30}" fill="{INK}" text-anchor="end">{most}</text>'
        f'<text x="{LEFT - 8}" y="{bottom}" fill="{INK}" text-anchor="end">0</text>'
    )
    for moment, what in course.marks:
        x = LEFT + moment * wide
        is_late = x > WIDTH - 150
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top + 18}" y2="{bottom + 8}" stroke="{INK}" '
            'stroke-dasharray="3 3"/>'
            f'<text x="{x:.1f}" y="{bottom + 22}" fill="{INK}" '
            f'text-anchor="{"end" if is_late else "middle"}">{what}</text>'
        )
    parts.append(
        f'<text x="{LEFT}" y="{bottom + 40}" fill="{INK}">0 s</text>'
        f'<text x="{WIDTH - 16}" y="{bottom + 40}" fill="{INK}" text-anchor="end">{seconds:.0f} s</text>'
    )
    return parts


def _per_second(course: Course, *, failed: bool | None) -> list[int]:
    counts = [0] * (int(max(course.seconds, *(each.time for each in course.made))) + 1)
    for each in course.made:
        if failed is None or bool(each.problem) is failed:
            counts[int(each.time)] += 1
    return counts
