"""The S-curve: planned, declared and validated over the days of a cycle, drawn by the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from ckan.lib.i18n import get_lang

from ckanext.msativo.views.chart import labelled

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 74, 44, 16, 36
LINES = ("previsto", "declarado", "validado")


@dataclass(frozen=True)
class Curve:
    """``lines``: path of each of `LINES`, "" without a point; ``today``: x of the day that is looked at, or None."""

    lines: Mapping[str, str]
    ends: Mapping[str, tuple[float, float]]
    x_ticks: Sequence[tuple[float, str]]
    y_ticks: Sequence[tuple[float, float]]
    today: float | None
    width: int = WIDTH
    height: int = HEIGHT
    plot: tuple[int, int, int, int] = (LEFT, TOP, WIDTH - RIGHT, HEIGHT - BOTTOM)


def curve(points: Sequence[Mapping[str, Any]], day: date) -> Curve | None:
    """Draw the rows of ``serie``; None when none of them has a share."""
    days = [date.fromisoformat(point["data"]) for point in points]
    if not any(point[name] is not None for point in points for name in LINES):
        return None
    first, span = days[0], max((days[-1] - days[0]).days, 1)

    def x(of: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (of - first).days / span, 1)

    def y(share: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - share), 1)

    lines, ends = {}, {}
    for name in LINES:
        known = [(x(of), y(point[name])) for of, point in zip(days, points, strict=True) if point[name] is not None]
        lines[name] = "M" + "L".join(f"{a:g} {b:g}" for a, b in known) if known else ""
        if known:
            ends[name] = known[-1]
    return Curve(
        lines,
        ends,
        [(x(days[place]), _month(days[place])) for place in labelled(range(len(days)), 5)],
        [(y(share), share) for share in (0.0, 0.25, 0.5, 0.75, 1.0)],
        x(day) if days[0] <= day <= days[-1] else None,
    )


def _month(of: date) -> str:
    return format_date(of, "MMM yy", locale=str(get_lang() or "pt_BR")).replace(".", "")
