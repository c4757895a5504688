"""What figures are drawn from: classes, strips, axes. Colours: contrast and what the colour-blind can tell apart."""

from __future__ import annotations

import math
import re
from itertools import combinations, pairwise
from pathlib import Path

import mapclassify
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.views import chart, scales, states, strip

# Six digits, as indicators have: closer ones are told apart by rounding alone, and differently by each library.
NUMBERS = st.lists(st.integers(-(10**6), 10**6).map(lambda n: n / 10), min_size=5, max_size=60, unique=True)


@given(NUMBERS)
def test_classes_are_those_of_mapclassify(values: list[float]) -> None:
    peer = mapclassify.Quantiles(values, k=5)
    breaks = scales.quantile_breaks(values)
    assert breaks == pytest.approx(list(peer.bins)[:-1])
    assert [scales.class_of(value, breaks) for value in values] == peer.yb.tolist()
    assert scales.members(values, breaks) == peer.counts.tolist()


@given(st.lists(st.integers(0, 3), max_size=30))
def test_classes_of_many_ties_hold_everyone_once(values: list[int]) -> None:
    breaks = scales.quantile_breaks(values)
    assert breaks == sorted(set(breaks)) and sum(scales.members(values, breaks)) == len(values)
    if values:
        assert all(count >= 0 for count in scales.members(values, breaks))
        assert max(scales.class_of(value, breaks) for value in values) <= len(breaks)


def test_the_darkest_step_is_the_worst_whichever_way_is_better() -> None:
    assert [scales.spread(i, 5, polarity=-1) for i in range(5)] == [1, 2, 3, 4, 5]
    assert [scales.spread(i, 5, polarity=1) for i in range(5)] == [5, 4, 3, 2, 1]
    assert [scales.spread(i, 2, polarity=-1) for i in range(2)] == [1, 5] and scales.spread(0, 1, 1) == 3


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_an_axis_covers_its_values_with_a_few_even_steps(low: float, width: float) -> None:
    found = scales.ticks(low, low + width)
    assert found[0] <= low + 1e-6 * width and found[-1] >= low + width * (1 - 1e-6) and 2 <= len(found) <= 8
    steps = {round((b - a) / (found[1] - found[0]), 6) for a, b in pairwise(found)}
    assert steps == {1.0}


def test_an_axis_of_one_value_and_known_ones() -> None:
    assert scales.ticks(0, 40) == [0, 10, 20, 30, 40] and scales.ticks(8.5, 39.6) == [0, 10, 20, 30, 40]
    assert len(scales.ticks(5, 5)) >= 2 and len(scales.ticks(0, 0)) >= 2


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=200), st.sampled_from([1, -1]))
def test_a_strip_has_the_worst_at_the_left(values: list[float], polarity: int) -> None:
    ground = strip.ground(values, polarity, median=None, limit=None)
    places = [ground.place(value) for value in sorted(values, key=lambda value: value * polarity)]
    assert places == sorted(places) and min(places) >= strip.MARGIN and max(places) <= strip.WIDTH - strip.MARGIN
    drawn = [int(x) for d in ground.ticks for x in re.findall(r"M(\d+) ", d)]
    assert sorted(drawn) == sorted({ground.place(value) for value in values})


def test_a_strip_shades_up_to_the_limit_and_nothing_beyond_the_worst() -> None:
    values = [float(i) for i in range(1, 80)]
    assert strip.ground(values, -1, 40.0, 59.5).shade == round(7 + (79 - 59.5) / 78 * 386)
    assert strip.ground(values, 1, 40.0, 20.5).shade == round(7 + (20.5 - 1) / 78 * 386)
    assert strip.ground(values, 1, 40.0, 0.5).shade is None and strip.ground(values, 1, 40.0, None).shade is None


def test_a_chart_of_one_year_has_points_and_no_band() -> None:
    one = chart.chart({2010: (1.0, 2.0, 3.0)}, [(2010, 5.0)])
    assert one is not None and not one.band and len(one.median_points) == len(one.own_points) == 1
    assert chart.chart({}, []) is None


def test_a_chart_labels_the_first_and_the_last_of_many_years() -> None:
    assert chart.labelled(list(range(2000, 2020))) == [2000, 2004, 2008, 2011, 2015, 2019]
    assert chart.labelled([1991, 2000, 2010]) == [1991, 2000, 2010]


def test_a_bar_is_divided_among_the_states() -> None:
    made = states.parts({"critico": 1, "atencao": 0, "adequado": 3})
    assert [(look.name, count, start, width) for look, count, start, width in made] == [
        ("critico", 1, 0.0, 25.0),
        ("adequado", 3, 25.0, 75.0),
    ]
    assert states.parts({}) == []


# -- colours, read from the style sheet itself -------------------------------------------------------------------------
TOKENS = (Path(strip.__file__).parents[1] / "assets" / "tokens.css").read_text()


def tokens(dark: bool) -> dict[str, str]:
    light, night = TOKENS.split("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--ms-([\w-]+): (#[0-9a-f]{6});", light))
    return found | dict(re.findall(r"--ms-([\w-]+): (#[0-9a-f]{6});", night)) if dark else found


def linear(colour: str) -> list[float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2."""
    light, dark = sorted(
        sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(x), strict=True)) for x in (one, other)
    )[::-1]
    return (light + 0.05) / (dark + 0.05)


# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
BLINDNESS = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}


def oklab(rgb: list[float]) -> tuple[float, float, float]:
    """Björn Ottosson's OKLab of linear RGB."""
    r, g, b = (max(0.0, part) for part in rgb)
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    middle = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return (
        0.2104542553 * long + 0.793617785 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.428592205 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.808675766 * short,
    )


def seen(colour: str, how: str) -> tuple[float, float, float]:
    rgb = linear(colour)
    return oklab([sum(w * part for w, part in zip(row, rgb, strict=True)) for row in BLINDNESS[how]])


@pytest.mark.parametrize("dark", [False, True])
def test_texts_and_graphics_have_enough_contrast(dark: bool) -> None:
    colour = tokens(dark)
    for state in ("critico", "atencao", "adequado", "sem-dado", "estado"):
        assert contrast(colour[f"{state}-text"], colour[f"{state}-ground"]) >= 4.5, state
        assert contrast(colour[state], colour["card"]) >= 3, state
    for text in ("ink", "muted", "link"):
        for ground in ("page", "card", "sunken"):
            assert contrast(colour[text], colour[ground]) >= 4.5, (text, ground)
    assert contrast(colour["on-brand"], colour["brand"]) >= 4.5
    assert contrast(colour["on-brand-muted"], colour["brand"]) >= 4.5


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("how", BLINDNESS)
def test_states_are_told_apart_by_the_colour_blind(dark: bool, how: str) -> None:
    colour = tokens(dark)
    for one, other in combinations(("critico", "atencao", "adequado", "estado"), 2):
        # 0.02 is about what can just be told apart side by side; five times that at a glance.
        assert math.dist(seen(colour[one], how), seen(colour[other], how)) >= 0.1, (one, other)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("how", BLINDNESS)
def test_the_ramp_darkens_evenly_from_good_to_bad(dark: bool, how: str) -> None:
    light = [seen(tokens(dark)[f"v{step}"], how)[0] for step in range(1, 6)]
    drops = [a - b for a, b in pairwise(light)]
    assert min(drops) >= 0.06 and max(drops) <= 2.2 * min(drops), drops
