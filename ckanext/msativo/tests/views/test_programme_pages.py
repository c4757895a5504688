"""The programme on the pages of municipality, action and monitoring: deliveries, who adopted, where one is."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ckanext.msativo.tests.adesao_world import JAPORA
from ckanext.msativo.tests.factories import TERRITORY
from ckanext.msativo.tests.monitoring_world import Two
from ckanext.msativo.tests.test_permissions_world import World, world  # noqa: F401
from ckanext.msativo.tests.views.conftest import Get


@pytest.fixture
def two(world: World) -> Two:  # noqa: F811
    return Two(world)


def text(of: Any) -> str:
    return re.sub(r"\s+", " ", of.get_text(" ")).strip()


def test_a_profile_has_its_deliveries_with_lights_the_gravest_first(two: Two, get: Get, subtests: Any) -> None:
    page = get("/municipios/japora")
    with subtests.test("deliveries"):
        section = page.find(id="ms-progress").find_parent("section")
        rows = section.select(".ms-due > li")
        assert rows and all(row.select_one(".ms-pill") and row.a["href"].startswith("/entregas/") for row in rows)
        graveness = ["is-critico", "is-atencao", "is-estado", "is-adequado", "is-sem-dado"]
        shown = [next(css for css in graveness if css in row.select_one(".ms-pill")["class"]) for row in rows]
        assert shown == sorted(shown, key=graveness.index)
    with subtests.test("the plan is linked, its share is one of the figures"):
        plans = [link["href"] for link in section.select("a[href^='/planos/']")]
        assert len(plans) == 1 and get(plans[0])
        share = text(page.select(".ms-cards .ms-figure b")[-1])
        assert share.endswith("%") and f"{share} validado" in text(section)
    with subtests.test("it joined the cycle"):
        assert "2025-2026" in text(page.select(".ms-cards .ms-figure")[-2])


def test_an_action_shows_who_adopted_it_and_how_it_goes_there(two: Two, get: Get) -> None:
    section = (
        get(get("/acoes").select_one("main a[href^='/acoes/']")["href"]).find(id="ms-plans").find_parent("section")
    )
    rows = {text(row.th): row for row in section.select("tbody tr")}
    assert {"Japorã", "Sete Quedas"} <= set(rows)
    own = rows["Japorã"]
    assert own.th.a["href"] == "/municipios/japora" and own.select_one("a[href^='/planos/']")
    assert own.select_one("svg.ms-progress") and own.select_one(".ms-signs .ms-pill")
    assert get(section.select_one(".ms-card-head a")["href"])


def test_a_municipality_s_monitoring_names_its_region_however_one_came(two: Two, get: Get) -> None:
    region = TERRITORY.by_code[JAPORA].regiao_imediata
    assert region is not None
    page = get(f"/monitoramento?municipio={JAPORA}")
    crumbs = page.select(".ms-breadcrumb li")
    assert [text(crumb) for crumb in crumbs][1:] == ["Monitoramento", region.nome, "Japorã"]
    assert text(get(crumbs[2].a["href"]).h1) == region.nome
    assert page.select_one("a[href='/municipios/japora']")
