"""The municipality's profile: its answer in figures, its tabs, who is like it, and how its indicators changed."""

from __future__ import annotations

from typing import Any

import pytest
from ckan.tests import helpers

from ckanext.msativo.logic import pages
from ckanext.msativo.tests import factories
from ckanext.msativo.tests.conftest import truncate_results
from ckanext.msativo.tests.factories import CODES, TERRITORY, load, tidy
from ckanext.msativo.tests.views.conftest import Get
from ckanext.msativo.tests.views.world import BEST, WORST, World
from ckanext.msativo.views import evolucao, participacao

CYCLE = {"id": "c2", "nome": "2026"}


def figures(page: Any) -> list[str]:
    return [" ".join(card.text.split()) for card in page.select(".ms-cards .ms-figure")]


def test_the_lead_says_how_many_live_there_and_by_whose_count(world: World, get: Get) -> None:
    lead = get("/municipios/japora").select_one(".ms-lead").text
    # IBGE, estimates of the population, 2024.
    assert "8.409" in lead and "IBGE, 2024" in lead and "5004809" in lead


def test_the_figures_say_how_many_are_critical_and_its_place_by_that(world: World, get: Get) -> None:
    # 20 municipalities have one critical indicator and share the first place; the others are the 21st.
    worst, best = figures(get(f"/municipios/{WORST.slug}"))[0], figures(get(f"/municipios/{BEST.slug}"))[0]
    assert worst.startswith("1 ") and "79" in worst and "21" not in worst
    assert best.startswith("0 ") and "21" in best


def test_before_the_first_cycle_and_plan_the_figures_say_so(world: World, get: Get) -> None:
    page = get(f"/municipios/{WORST.slug}")
    assert figures(page)[-1].startswith("–") and page.find(id="ms-plans")
    assert not page.find(id="ms-agenda")


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([], "out"),
        ([("c2", "aprovada")], "joined"),
        ([("c2", "enviada")], "waiting"),
        ([("c2", "em_analise")], "waiting"),
        ([("c2", "devolvida")], "waiting"),
        ([("c2", "recusada")], "out"),
        ([("c2", "retirada"), ("c2", "aprovada")], "joined"),
        ([("c2", "encerrada")], "closed"),
        ([("c1", "aprovada")], "out"),
    ],
)
def test_who_joined_is_read_from_the_requests_of_the_present_cycle(
    rows: list[tuple[str, str]], state: str, with_request_context: Any
) -> None:
    requests = [{"ciclo": cycle, "ciclo_nome": cycle, "estado": estado} for cycle, estado in rows]
    assert participacao.of_requests(requests, CYCLE).state == state


def test_an_earlier_cycle_is_named_by_who_did_not_join_this_one(with_request_context: Any) -> None:
    said = participacao.of_requests([{"ciclo": "c1", "ciclo_nome": "2024", "estado": "aprovada"}], CYCLE)
    assert "2024" in said.detail and "2026" in said.detail


def test_the_tabs_have_addresses_and_unknown_ones_are_refused(world: World, get: Get) -> None:
    page = get("/municipios/japora")
    hrefs = [link["href"] for link in page.select(".ms-profile-tabs a")]
    assert hrefs == ["/municipios/japora", "/municipios/japora?aba=evolucao"]
    other = get(hrefs[1])
    assert other.select_one(".ms-profile-tabs a[aria-current]")["href"] == hrefs[1]
    # Two years are no evolution to speak of.
    assert not other.select(".ms-profile") and not other.select(".ms-spark") and other.select_one(".ms-empty-inner")
    for query in ("aba=x", "area=x", "motivos=2"):
        get(f"/municipios/japora?{query}", 400)


def test_the_most_similar_ones_stand_beside_it_with_their_figures(world: World, get: Get) -> None:
    page = get("/municipios/japora")
    rows = [[cell.text.strip() for cell in row.select("th, td")] for row in page.select(".ms-similar tbody tr")]
    expected = helpers.call_action("msativo_municipio_show", id="japora")["semelhantes"]
    assert [row[0] for row in rows] == ["Japorã", *(one["nome"] for one in expected)]
    assert rows[0][1:4] == ["8.409", "241", "18 %"]
    link = page.select_one(".ms-card-head a[href*=comparar]")["href"]
    assert link.split("=")[1].split(",")[:2] == ["japora", TERRITORY.by_code[expected[0]["codigo_ibge"]].slug]


# -- evolution ---------------------------------------------------------------------------------------------------------
def test_a_change_is_measured_by_the_distance_of_the_worst_from_the_best() -> None:
    # Lower is better, from 10 to 5, where the municipalities lie 50 apart: a tenth of the way, for the better.
    assert evolucao.share_of_change(10, 5, -1, 50) == pytest.approx(0.1)
    assert evolucao.share_of_change(10, 5, 1, 50) == pytest.approx(-0.1)
    assert evolucao.share_of_change(10, 12, 1, 0) == pytest.approx(0.2)
    assert evolucao.share_of_change(0, 3, 1, 0) == pytest.approx(3.0)


@pytest.fixture
def three_years(
    with_plugins: Any, reset_db: Any, migrate_db_for: Any, reset_index: Any, with_request_context: Any
) -> World:
    """``alfa`` (lower is better): the i-th municipality has i in 2018, 40 in 2019 and 80 − i in 2020."""
    truncate_results()
    reset_db()
    for plugin in ("activity", "msativo"):
        migrate_db_for(plugin)
    reset_index()
    coordenacao = factories.Coordenacao()
    alfa = factories.Indicador(owner_org=coordenacao["id"], name="alfa", title="Taxa alfa")
    places = list(enumerate(CODES, 1))
    rows = [("alfa", code, 2018, i) for i, code in places] + [("alfa", code, 2019, 40) for _i, code in places]
    load(tidy(rows + [("alfa", code, 2020, 80 - i) for i, code in places]), decimal=".")
    helpers.call_action("msativo_analysis_run")
    return World(coordenacao, alfa, {}, {}, pages.snapshot().id)  # type: ignore[union-attr]


def test_each_indicator_is_a_small_chart_with_its_numbers_in_words(three_years: World, get: Get, subtests: Any) -> None:
    for place, css, first, last in ((BEST, "is-critico", "1,0", "79,0"), (WORST, "is-adequado", "79,0", "1,0")):
        with subtests.test(place.nome):
            page = get(f"/municipios/{place.slug}?aba=evolucao")
            figure = page.select_one("figure.ms-spark")
            text = figure.figcaption.text
            assert first in text and last in text and "2018" in text and "2020" in text
            assert figure.select_one(f".ms-pill.{css}")
            # Of 1 … 79 in 2018 as of 79 … 1 in 2020 the median is 40.
            assert "40,0" in text
            assert figure.svg["aria-hidden"] == "true" and len(figure.select("path.ms-spark-own")) == 1
    with subtests.test("the peers' median"):
        similar = helpers.call_action("msativo_municipio_show", id=BEST.codigo_ibge)["semelhantes"]
        values = sorted(80 - (CODES.index(one["codigo_ibge"]) + 1) for one in similar)
        page = get(f"/municipios/{BEST.slug}?aba=evolucao")
        assert f"{values[2]},0" in page.select_one("figure.ms-spark figcaption").text
    with subtests.test("an area without any"):
        assert not get(f"/municipios/{BEST.slug}?aba=evolucao&area=saude").select("figure.ms-spark") or (
            three_years.alfa["area"] == "saude"
        )
