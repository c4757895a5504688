"""The heat table: every municipality in every indicator, ordered and narrowed by its address."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from ckan.tests import helpers

from ckanext.msativo.tests.factories import TERRITORY
from ckanext.msativo.tests.views.conftest import Get
from ckanext.msativo.tests.views.world import BEST, MISSING, WORST, World
from ckanext.msativo.text import fold

DOURADOS = next(region for region in TERRITORY.regions("imediata") if region.nome == "Dourados")
STATES = ("critico", "atencao", "adequado", "sem_dado")


def rows(page: BeautifulSoup) -> list[Tag]:
    return page.select(".ms-quadro tbody tr")


def names(page: BeautifulSoup) -> list[str]:
    return [row.th.a.text for row in rows(page)]


def cells(row: Tag) -> list[Tag]:
    return row.select("td[class]")


def titles(page: BeautifulSoup) -> list[str]:
    return [head.a.text for head in page.select(".ms-quadro thead tr")[1].select("th")]


def counts(page: BeautifulSoup) -> list[int]:
    return [int(item.text) for item in page.select(".ms-legend b")]


def test_the_answer_stands_on_top_and_is_counted_in_the_cells(world: World, get: Get) -> None:
    page = get("/quadro")
    # alfa: 20 critical, 20 in attention, 39 adequate; beta: 78 adequate, one without a value. gama has no data.
    assert counts(page) == [20, 20, 117, 1]
    assert "20" in page.select_one(".ms-lead b").text and "157" in page.select_one(".ms-lead b").text
    found = Counter(cell["class"][0] for row in rows(page) for cell in cells(row))
    assert [found[state] for state in STATES] == counts(page)
    assert len(rows(page)) == 79 and titles(page) == ["=2+2 beta", "Taxa alfa"]


def test_each_cell_has_state_value_and_rank_of_the_api(world: World, get: Get) -> None:
    page = get("/quadro")
    known = {
        (row["indicador"], row["municipio"]): row
        for row in helpers.call_action("msativo_criticidade_list", limit=5000)["results"]
    }
    for row in rows(page):
        for name, cell in zip(("beta", "alfa"), cells(row), strict=True):
            of = known[name, row.th.a.text]
            assert cell["class"] == [of["estado"]]
            assert cell.text.split()[-1] == ("–" if of["valor"] is None else f"{of['valor']:.1f}".replace(".", ","))
            said = cell.i.text.split(", ")
            assert len(said) == (1 if of["posicao"] is None else 2)
            assert len(said) == 1 or said[1].rstrip("º.ª") == str(of["posicao"])


def test_a_row_counts_its_own_states(world: World, get: Get) -> None:
    of = {row.th.a.text: [int(cell.text) for cell in row.select("td:not([class])")] for row in rows(get("/quadro"))}
    assert of[WORST.nome] == [1, 0, 1, 0] and of[BEST.nome] == [0, 0, 2, 0]
    assert sum(of[MISSING.nome]) == 2 and of[MISSING.nome][3] == 1


def test_those_with_most_critical_indicators_come_first_and_equal_ones_by_name(world: World, get: Get) -> None:
    last_twenty = [municipio.nome for municipio in TERRITORY.municipios[-20:]]
    assert names(get("/quadro"))[:20] == sorted(last_twenty, key=fold)


def test_the_rows_are_ordered_by_links(world: World, get: Get) -> None:
    expected = {
        "municipio": (BEST, WORST),
        "-municipio": (WORST, BEST),
        "alfa": (WORST, BEST),
        "-alfa": (BEST, WORST),
    }
    for ordem, (first, last) in expected.items():
        page = get(f"/quadro?ordem={ordem}")
        assert (names(page)[0], names(page)[-1]) == (first.nome, last.nome), ordem
        (head,) = page.select("th[aria-sort]")
        assert head["aria-sort"] == ("descending" if ordem.startswith("-") else "ascending")
    # A first click puts the worst on top, a second turns it around.
    heads = page.select(".ms-quadro thead tr")[1].select("a")
    assert "ordem=alfa" in heads[1]["href"]
    assert "ordem=-alfa" in get("/quadro?ordem=alfa").select(".ms-quadro thead tr")[1].select("a")[1]["href"]


def test_who_has_no_value_is_last_however_it_is_ordered(world: World, get: Get) -> None:
    for ordem in ("beta", "-beta"):
        assert names(get(f"/quadro?ordem={ordem}"))[-1] == MISSING.nome


def test_an_indicator_outside_the_area_still_orders_the_rows(world: World, get: Get) -> None:
    page = get("/quadro?area=educacao&ordem=alfa")
    assert titles(page) == ["=2+2 beta"] and names(page)[0] == WORST.nome
    assert all(len(cells(row)) == 1 for row in rows(page))


def test_region_area_and_name_narrow_it_and_the_counts_follow(world: World, get: Get) -> None:
    page = get("/quadro?regiao=Dourados")
    assert sorted(names(page)) == sorted(TERRITORY.by_code[code].nome for code in DOURADOS.municipios)
    assert sum(counts(page)) == 2 * len(DOURADOS.municipios)
    assert counts(get("/quadro?area=educacao")) == [0, 0, 78, 1]
    page = get("/quadro?q=ponta+p&area=educacao&mostrar=valor&ordem=municipio")
    assert names(page) == ["Ponta Porã"]
    # What was chosen stays chosen, in links and form.
    head = page.select(".ms-quadro thead th a")[0]["href"]
    assert "q=ponta+p" in head and "area=educacao" in head and "mostrar=valor" in head
    assert {field["name"]: field["value"] for field in page.select("main form input[type=hidden]")} == {
        "ordem": "municipio",
        "mostrar": "valor",
    }


def test_the_files_hold_what_the_table_shows(world: World, get: Get, app: Any) -> None:
    for query in ("", "?regiao=Dourados", "?area=educacao", "?q=ponta&area=saude", f"?analise={world.snapshot}"):
        page = get(f"/quadro{query}")
        link = next(a["href"] for a in page.select(".ms-downloads a") if ".csv" in a["href"])
        found = list(csv.DictReader(io.StringIO(app.get(link).data.decode())))
        assert Counter(row["estado"] for row in found) == Counter(
            cell["class"][0] for row in rows(page) for cell in cells(row)
        ), query


def test_a_cell_shows_situation_value_or_rank_and_tells_the_rest(world: World, get: Get) -> None:
    by_rank = {row.th.a.text: cells(row)[1] for row in rows(get("/quadro?mostrar=posicao"))}
    assert by_rank[WORST.nome].text.split()[-1].rstrip("º.") == "1" and "79,0" in by_rank[WORST.nome].i.text
    page = get("/quadro?mostrar=valor")
    by_value = {row.th.a.text: cells(row)[1] for row in rows(page)}
    assert by_value[WORST.nome].text.split()[-1] == "79,0" and page.select_one(".ms-quadro.is-valor")


def test_it_is_a_table_that_can_be_read_aloud(world: World, get: Get) -> None:
    page = get("/quadro")
    assert page.select_one(".ms-quadro caption") and len(page.select("h1")) == 1
    assert all(head.get("scope") for head in page.select(".ms-quadro th"))
    box = page.select_one(".ms-quadro-box")
    assert box["tabindex"] == "0" and box["role"] == "region"
    assert page.find(id=box["aria-labelledby"]).name == "caption"
    assert all(cell.i.text for row in rows(page) for cell in cells(row))
    assert not page.select("main [style], main script, main [onclick]")


def test_without_a_script_each_indicator_and_each_profile_is_a_link_away(world: World, get: Get) -> None:
    page = get("/quadro")
    assert {link["href"] for link in page.select("#indicadores a")} == {"/indicador/alfa", "/indicador/beta"}
    profile = get(next(row.th.a["href"] for row in rows(page) if row.th.a.text == WORST.nome))
    assert any(f"/indicador/alfa?municipio={WORST.slug}" in link["href"] for link in profile.select("main a[href]"))


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("area=nada", 400),
        ("area=-saude", 400),
        ("mostrar=cor", 400),
        ("mostrar=-valor", 400),
        ("ordem=gama", 400),
        ("regiao=Nada", 404),
        ("analise=999", 404),
    ],
)
def test_what_cannot_be_shown_is_refused(world: World, get: Get, query: str, status: int) -> None:
    get(f"/quadro?{query}", status)


def test_nothing_found_says_so_and_shows_the_way_back(world: World, get: Get) -> None:
    page = get("/quadro?q=zzz")
    assert page.select_one(".ms-empty a")["href"] == "/quadro" and not page.select(".ms-quadro")
    assert get("/quadro?area=seguranca").select_one(".ms-empty h2")


def test_before_the_first_analysis_it_says_what_comes_next(indicador: dict[str, Any], get: Get) -> None:
    assert get("/quadro").select_one(".ms-empty h2") and get(f"/indicador/{indicador['name']}/regras")


def test_a_further_column_costs_few_bytes_a_cell(world: World, app: Any) -> None:
    both, one = (len(app.get(f"/quadro{query}").data) for query in ("", "?area=saude"))
    # Head and all. Written alike, they compress to a tenth.
    assert (both - one) / 79 < 80


def test_the_pages_beside_it_lead_there(world: World, get: Get) -> None:
    for address in ("/", "/municipios", "/indicador/"):
        assert any(link["href"] == "/quadro" for link in get(address).select("main a[href]")), address
    narrowed = get("/municipios?regiao=Dourados").select_one(".ms-actions a")["href"]
    assert narrowed == "/quadro?regiao=Dourados"
