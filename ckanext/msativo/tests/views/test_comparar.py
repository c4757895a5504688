"""Municipalities side by side: how they are chosen, what is said of them, and the same rows as a file."""

from __future__ import annotations

import csv
import io
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import helpers

from ckanext.msativo.tests.factories import CODES, TERRITORY
from ckanext.msativo.tests.views.conftest import Get
from ckanext.msativo.tests.views.world import BEST, MISSING, WORST, World
from ckanext.msativo.views.comparacao import extremes, labels

TWO = f"/comparar?municipios={WORST.slug},{BEST.slug}"
SIX = [one.slug for one in TERRITORY.municipios[:6]]


def row(page: Any, title: str) -> Any:
    return next(row for row in page.select(".ms-comparison-main tbody tr") if title in row.th.text)


def chosen(page: Any) -> list[str]:
    return [link["href"].rsplit("/", 1)[1] for link in page.select(".ms-chosen a:first-child")]


def test_each_indicator_has_value_rank_and_state_of_each_and_the_median(world: World, get: Get) -> None:
    page = get(TWO)
    worst, best, median = row(page, "Taxa alfa").select("td")
    assert worst.select_one("b").text == "79,0" and best.select_one("b").text == "1,0" and median.text == "40,0"
    assert worst.select_one(".is-critico") and best.select_one(".is-adequado")
    # In words and with a sign, not by colour alone.
    assert "↓" in worst.text and "↑" in best.text and "1" in worst.small.text and "79" in best.small.text
    assert worst["data-th"] == f"A {WORST.nome}" and best["data-th"] == f"B {BEST.nome}"


def test_equal_values_are_neither_best_nor_worst(world: World, get: Get) -> None:
    assert not row(get(TWO), "beta").select(".ms-extreme")


def test_who_has_no_value_is_without_data(world: World, get: Get) -> None:
    cell = row(get(f"/comparar?municipios={MISSING.slug},{BEST.slug}"), "beta").td
    assert cell.select_one(".is-sem-dado") and cell.select_one("b").text == "–"


def test_both_are_marked_on_one_strip_with_their_letters(world: World, get: Get) -> None:
    of = row(get(TWO), "Taxa alfa")
    # Worst at the left, 7 of 400 units from the border, best as far from the right.
    assert [(text["x"], text.text) for text in of.select(".ms-strip-letters text")] == [("1.8%", "A"), ("98.2%", "B")]
    assert len(of.select(".ms-own")) == 2


def test_letters_that_would_lie_on_each_other_share_a_place() -> None:
    assert labels([(300, "C"), (12, "B"), (10, "A")]) == [(2.8, "A B"), (75.0, "C")]


@pytest.mark.parametrize(
    ("values", "polarity", "best", "worst"),
    [
        ([1.0, 2.0, 3.0], 1, {2}, {0}),
        ([1.0, 2.0, 3.0], -1, {0}, {2}),
        ([1.0, None, 1.0], 1, set(), set()),
        ([None, 5.0], 1, set(), set()),
        ([2.0, 2.0, 1.0], 1, {0, 1}, {2}),
    ],
)
def test_the_best_and_the_worst_of_those_compared(values: Any, polarity: int, best: set[int], worst: set[int]) -> None:
    assert extremes(values, polarity) == (best, worst)


def test_only_an_area_and_only_where_they_differ(world: World, get: Get) -> None:
    def titles(query: str) -> list[str]:
        return [link.text for link in get(TWO + query).select(".ms-comparison-main tbody th a")]

    assert len(titles("")) == 2
    assert titles("&area=educacao") == ["=2+2 beta"]
    # Everyone has the same in beta.
    assert titles("&diferentes=1") == ["Taxa alfa"]
    assert titles("&area=educacao&diferentes=1") == []
    get(TWO + "&area=x", 400)
    get(TWO + "&diferentes=x", 400)


def test_every_spelling_leads_to_one_address(world: World, app: Any) -> None:
    spellings = (
        f"municipios={WORST.slug}&municipios={BEST.slug}",
        f"municipios={WORST.codigo_ibge},{BEST.codigo_ibge}",
        f"municipios={WORST.nome}&municipios=&municipios={BEST.slug}",
    )
    for query in spellings:
        answer = app.get(f"/comparar?{query}", follow_redirects=False)
        assert answer.status_code == 302 and answer.headers["Location"].endswith(TWO), query


def test_they_are_added_and_removed_without_a_script(world: World, get: Get) -> None:
    page = get(TWO)
    form = page.select_one("form:has(#f-municipios)")
    assert [field["value"] for field in form.select("input[name=municipios]")] == [WORST.slug, BEST.slug]
    offered = {option["value"] for option in form.select("option")}
    assert not offered & {WORST.slug, BEST.slug} and len(offered - {""}) == 77
    assert chosen(get(page.select_one(".ms-remove")["href"])) == [BEST.slug]
    full = get("/comparar?municipios=" + ",".join(SIX[:5]))
    assert not full.select("#f-municipios") and len(full.select(".ms-remove")) == 5


def test_nothing_chosen_yet_is_an_invitation(world: World, get: Get) -> None:
    page = get("/comparar")
    assert page.select_one("#f-municipios") and not page.select(".ms-comparison") and not page.select(".ms-problems")


def test_the_list_of_municipalities_sends_those_that_are_marked(world: World, get: Get) -> None:
    form = get("/municipios").select_one('form[action="/comparar"]')
    assert form["method"] == "get" and len(form.select("input[type=checkbox][name=municipios]")) == 79
    assert all(box.get("aria-label") for box in form.select("input[type=checkbox]"))


def test_more_than_five_unknown_and_doubled_ones_are_told_of_and_the_others_kept(
    world: World, get: Get, subtests: Any
) -> None:
    with subtests.test("more than five"):
        page = get("/comparar?municipios=" + ",".join(SIX), 400)
        assert chosen(page) == SIX[:5] and TERRITORY.municipios[5].nome in page.select_one(".ms-problems").text
    with subtests.test("unknown"):
        page = get(f"/comparar?municipios={BEST.slug},japor", 404)
        assert chosen(page) == [BEST.slug] and "japor" in page.select_one(".ms-problems").text
        assert page.select_one(".ms-problems a")["href"].endswith(f"{BEST.slug},japora")
    with subtests.test("twice"):
        page = get(f"/comparar?municipios={BEST.slug},{BEST.slug}", 400)
        assert chosen(page) == [BEST.slug] and BEST.nome in page.select_one(".ms-problems").text
    with subtests.test("what is no name"):
        page = get("/comparar?municipios=%00,<b>x</b>," + "a" * 500, 404)
        assert not page.select(".ms-problems b b")
    with subtests.test("a great many"):
        get("/comparar?municipios=" + "x," * 500, 404)


def test_the_same_rows_are_a_file(world: World, get: Get, app: Any) -> None:
    links = {link.text: link["href"] for link in get(TWO).select(".ms-downloads a")}
    rows = list(csv.DictReader(io.StringIO(app.get(links["CSV"]).body.lstrip("\ufeff"))))
    assert sorted({row["codigo_ibge"] for row in rows}) == sorted({BEST.codigo_ibge, WORST.codigo_ibge})
    assert len(rows) == 4
    apart = app.get(f"/dados/criticidade.csv?municipio={BEST.slug}&municipio={WORST.slug}")
    assert len(apart.body.splitlines()) == 5
    assert app.get(links["XLSX"]).status_code == app.get(links["JSON"]).status_code == 200
    app.get(f"/dados/criticidade.csv?municipio={BEST.slug},atlantida", status=404)


def test_the_list_takes_several_municipalities(world: World, subtests: Any) -> None:
    def codes(action: str = "msativo_criticidade_list", **asked: Any) -> set[str]:
        return {row["codigo_ibge"] for row in helpers.call_action(action, **asked)["results"]}

    two = {BEST.codigo_ibge, WORST.codigo_ibge}
    for several in (sorted(two), ",".join(two), f"{BEST.nome}, {WORST.slug}", [BEST.slug, WORST.codigo_ibge[:6]]):
        with subtests.test(str(several)):
            assert codes(municipio=several) == two
    with subtests.test("one"):
        assert codes(municipio=BEST.nome) == {BEST.codigo_ibge}
    with subtests.test("none of them is unknown"), pytest.raises(tk.ObjectNotFound, match="atlantida"):
        codes(municipio=[BEST.slug, "atlantida"])
    with subtests.test("too many"), pytest.raises(tk.ValidationError):
        codes(municipio=[f"{code}x{i}" for i, code in enumerate(CODES * 2)])
    with subtests.test("an empty one is all"):
        assert len(codes(municipio="", limit=500)) == 79
