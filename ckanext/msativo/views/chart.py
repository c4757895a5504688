"""The line chart of the evolution: the state's median and quartiles, and one municipality, over the years."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ckanext.msativo.views.scales import ticks

WIDTH, HEIGHT = 600, 330
RIGHT, TOP, BOTTOM = 28, 18, 34
LETTER = 12
"""Width of a letter of the axis on a phone, where it is drawn largest."""
MOST_YEARS = 6
"""Labels on the axis of years: as many as fit on a phone."""

Points = Sequence[tuple[int, float]]


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    band: str
    median: str
    own: str
    median_points: Sequence[tuple[float, float]]
    own_points: Sequence[tuple[float, float]]
    x_ticks: Sequence[tuple[float, int]]
    y_ticks: Sequence[tuple[float, str]]
    plot: tuple[int, int, int, int]


def chart(
    quartiles: Mapping[int, tuple[float, float, float]], own: Points, written: Callable[[float], str] = str
) -> Chart | None:
    """Draw it; None without any year.

    ``quartiles`` by year: first, median, third; ``written`` writes the numbers of the axis.
    """
    years = sorted({*quartiles, *(year for year, _value in own)})
    if not years:
        return None
    values = [value for three in quartiles.values() for value in three] + [value for _year, value in own]
    axis = ticks(min(values), max(values))
    labels = [written(value) for value in axis]
    left = 16 + LETTER * max(map(len, labels))
    width, height = WIDTH - left - RIGHT, HEIGHT - TOP - BOTTOM
    span = years[-1] - years[0]

    def x(year: int) -> float:
        return round(left + (width * (year - years[0]) / span if span else width / 2), 1)

    def y(value: float) -> float:
        return round(TOP + height * (axis[-1] - value) / (axis[-1] - axis[0]), 1)

    upper = [(x(year), y(three[2])) for year, three in sorted(quartiles.items())]
    lower = [(x(year), y(three[0])) for year, three in sorted(quartiles.items(), reverse=True)]
    middle = [(x(year), y(three[1])) for year, three in sorted(quartiles.items())]
    mine = [(x(year), y(value)) for year, value in sorted(own)]
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        band=_line([*upper, *lower]) + "Z" if len(upper) > 1 else "",
        median=_line(middle),
        own=_line(mine),
        median_points=middle,
        own_points=mine,
        x_ticks=[(x(year), year) for year in labelled(years)],
        y_ticks=[(y(value), label) for value, label in zip(axis, labels, strict=True)],
        plot=(left, TOP, WIDTH - RIGHT, HEIGHT - BOTTOM),
    )


def labelled(years: Sequence[int], most: int = MOST_YEARS) -> list[int]:
    """The first and the last year and, evenly between, as many as fit."""
    if len(years) <= most:
        return list(years)
    places = {round(k * (len(years) - 1) / (most - 1)) for k in range(most)}
    return [years[place] for place in sorted(places)]


def _line(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) if points else ""
