"""Pages of the monitoring: from the state down to a delivery, and the report; everyone reads them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup

from ckanext.msativo.tests.adesao_world import JAPORA
from ckanext.msativo.tests.factories import TERRITORY
from ckanext.msativo.tests.monitoring_world import Two
from ckanext.msativo.tests.test_permissions_world import World, world  # noqa: F401
from ckanext.msativo.tests.views.conftest import Get

DAY = "?data=2025-09-20"


@pytest.fixture
def two(world: World) -> Two:  # noqa: F811
    return Two(world)


def text(of: Any) -> str:
    return re.sub(r"\s+", " ", of.get_text(" ")).strip()


def follow(page: BeautifulSoup, name: str) -> str:
    """Address of the row's link."""
    return next(link["href"] for link in page.select("table.ms-monitoring th a") if text(link) == name)


def test_one_goes_from_the_state_down_to_a_delivery_by_links_alone(two: Two, get: Get) -> None:
    state = get(f"/monitoramento{DAY}")
    assert "0 de 3 entregas" in text(state.select_one(".ms-lead"))
    cards = [text(card) for card in state.select(".ms-cards .ms-card")]
    assert cards[0].startswith("24 %") and "40 %" in cards[0] and cards[1].startswith("40 %")
    assert state.select_one("header a[aria-current=page]")["href"] == "/monitoramento"
    assert "1 espera resposta, 1 com prazo vencido" in text(state.find(id="ms-state").parent)
    # The light of each delivery as sign, number and word.
    lights = [text(light) for light in state.select(".ms-lights li")]
    # Behind its calendar, since nothing of it is accepted; due in ten days without evidence; ahead; cancelled.
    assert lights == [
        "▲ atrasada ou muito abaixo do previsto: 1",
        "● pede atenção: 1",
        "✓ em dia ou concluída: 1",
        "– não iniciada ou cancelada: 1",
    ]
    # The curve has the same numbers as the table beside it.
    assert state.select_one("svg.ms-chart title") is not None
    rows = [[text(cell) for cell in row.select("th, td")] for row in state.select("details table tbody tr")]
    assert ["20 set 2025", "40 %", "40 %", "24 %"] in rows
    own = TERRITORY.by_code[JAPORA].regiao_imediata
    assert own is not None
    region = get(follow(state, own.nome))
    town = get(follow(region, "Japorã"))
    plan = get(town.select_one("table.ms-monitoring th a")["href"])
    titles = [text(row.th) for row in plan.select("#ms-list ~ div tbody tr, section tbody tr") if row.th]
    assert any(title.startswith("Formar professores") for title in titles)
    crumbs = [text(crumb) for crumb in plan.select(".ms-breadcrumb li")]
    assert crumbs[1] == "Monitoramento" and "Japorã" in crumbs
    assert all("data=2025-09-20" in link["href"] for link in plan.select(".ms-breadcrumb a")[1:])


def test_the_other_divisions_and_odd_addresses(two: Two, get: Get) -> None:
    for por, name in (("acao", "Formação continuada"), ("municipio", "Sete Quedas")):
        assert name in text(get(f"/monitoramento{DAY}&por={por}").select_one("table.ms-monitoring"))
    assert get(f"/monitoramento{DAY}&por=desafio").select_one("table.ms-monitoring") is None
    assert get("/monitoramento?data=2025-07-10&ciclo=todos").select_one(".ms-empty") is not None
    assert get(f"/monitoramento{DAY}&regiao=%00").select_one(".ms-cards") is not None
    for wrong, status in (
        ("data=ontem", 400),
        ("data=2999-01-01", 400),
        ("por=bairro", 400),
        ("ciclo=nunca", 400),
        ("municipio=Atlântida", 404),
        (f"plano={two.draft['id']}", 404),
        ("regiao=0", 404),
    ):
        get(f"/monitoramento?{wrong}", status)
        get(f"/monitoramento/relatorio?{wrong}", status)


def test_the_report_has_what_the_meeting_needs(two: Two, get: Get) -> None:
    page = get("/monitoramento/relatorio?data=2025-11-15")
    assert "15 nov 2025" in text(page.select_one(".ms-lead")) and "2025-2026" in text(page.select_one(".ms-lead"))
    late = [
        [text(cell) for cell in row.select("th, td")] for row in page.find(id="r-atrasadas").parent.select("tbody tr")
    ]
    assert [(row[0], row[3], row[4]) for row in late] == [
        ("Japorã", "46", "a prefeitura"),
        ("Japorã", "6", "a prefeitura"),
        ("Sete Quedas", "6", "o Estado"),
    ]
    waiting = page.find(id="r-com_estado").parent.select("tbody tr")
    assert [text(row.th) for row in waiting] == ["Sete Quedas"] and "16 set 2025" in text(waiting[0])
    own = get(f"/monitoramento/relatorio?data=2025-11-15&municipio={JAPORA}")
    assert "Sete Quedas" not in text(own.main) and "Japorã" in text(own.select_one(".ms-lead"))


def test_a_municipality_shows_how_its_plans_go(two: Two, get: Get) -> None:
    section = get("/municipios/japora").find(id="ms-progress").find_parent("section")
    assert "de 2 entregas" in text(section)
    assert f"municipio={JAPORA}" in section.a["href"]
    get(section.a["href"])
    assert get("/municipios/campo-grande").find(id="ms-progress") is None
