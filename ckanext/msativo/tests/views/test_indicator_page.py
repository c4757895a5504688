"""The page of an indicator: the same facts as map, table, evolution and files, all of it in the address."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan.tests import helpers

from ckanext.msativo.tests.factories import TERRITORY, member
from ckanext.msativo.tests.test_permissions_world import Web
from ckanext.msativo.tests.views.conftest import Get
from ckanext.msativo.tests.views.world import BEST, MISSING, WORST, World


def cards(page: BeautifulSoup) -> list[str]:
    return [" ".join(card.get_text(" ", strip=True).split()) for card in page.select(".ms-figure dd")]


def shapes(page: BeautifulSoup) -> Counter[str]:
    return Counter(link["class"][0] for link in page.select(".ms-map a"))


def test_the_numbers_on_top_are_those_of_the_analysis(world: World, get: Get) -> None:
    found = cards(get("/indicador/alfa"))
    assert found[0].startswith("20 ") and found[0].endswith("79")
    assert found[1:] == ["40,0", "79 / 79", "≥ 59,5"]


def test_the_map_has_every_municipality_in_its_state(world: World, get: Get) -> None:
    page = get("/indicador/alfa")
    assert shapes(page) == {"is-critico": 20, "is-atencao": 20, "is-adequado": 39}
    legend = [int(item.b.text) for item in page.select(".ms-legend li")]
    assert legend == [20, 20, 39, 0]
    links = page.select(".ms-map a")
    assert len(links) == 79 and all(link.title.text for link in links)
    # The worst is chosen without being asked for, so its own address is the page's.
    assert sum("municipio=" not in link["href"] for link in links) == 1


def test_the_map_by_value_has_five_classes_of_about_as_many(world: World, get: Get) -> None:
    page = get("/indicador/alfa?cor=valor")
    # 1 … 79 cut at 16.6, 32.2, 47.8, 63.4: 16, 16, 15, 16, 16; lower is better, so the lightest is the lowest.
    assert shapes(page) == {"is-v1": 16, "is-v2": 16, "is-v3": 15, "is-v4": 16, "is-v5": 16}
    best = next(link for link in page.select(".ms-map a") if link.title.text.startswith(BEST.nome))
    assert best["class"] == ["is-v1"]


def test_the_ranked_list_begins_with_the_worst_and_the_reason_is_its(world: World, get: Get) -> None:
    page = get("/indicador/alfa")
    first = page.select_one(".ms-ranked tbody tr")
    assert first.th.a.text == WORST.nome and "79,0" in first.text
    assert len(page.select(".ms-ranked tbody tr")) == 9
    why = page.select_one("#porque").text
    assert WORST.nome in why and "79,0" in why and "59,5" in why and "2020" in why


def test_another_municipality_can_be_asked_about(world: World, get: Get) -> None:
    page = get(f"/indicador/alfa?municipio={BEST.slug}")
    assert BEST.nome in page.select_one("#porque h3").text and page.select_one("#porque.is-adequado")
    assert page.select_one(".ms-map a.is-selected").title.text.startswith(BEST.nome)


def test_another_year_can_be_asked_for(world: World, get: Get) -> None:
    page = get("/indicador/alfa?ano=2019")
    # In 2019 the order is turned around.
    assert BEST.nome in page.select_one("#porque h3").text
    assert page.select_one("option[selected]")["value"] == "2019"
    assert {option["value"] for option in page.select("#ms-ano option")} == {"2019", "2020"}


def test_the_table_has_the_states_of_the_map(world: World, get: Get) -> None:
    page = get("/indicador/alfa?aba=tabela")
    rows = page.select(".ms-full tbody tr")
    assert len(rows) == 79
    assert Counter(row.select_one(".ms-pill")["class"][1] for row in rows) == shapes(get("/indicador/alfa"))
    assert page.select_one(".ms-full caption") and all(cell["scope"] for cell in page.select(".ms-full th"))
    assert all(row.select_one(".ms-why-cell").text.strip() for row in rows)


def test_the_table_is_sorted_by_links(world: World, get: Get) -> None:
    expected = {
        "posicao": WORST,
        "-posicao": BEST,
        "valor": BEST,
        "-valor": WORST,
        "municipio": BEST,
        "-municipio": WORST,
    }
    for ordem, first in expected.items():
        page = get(f"/indicador/alfa?aba=tabela&ordem={ordem}")
        assert page.select_one(".ms-full tbody tr th a").text == first.nome, ordem
        (head,) = page.select("th[aria-sort]")
        assert head["aria-sort"] == ("descending" if ordem.startswith("-") else "ascending")


def test_who_has_no_value_is_last_however_it_is_sorted(world: World, get: Get) -> None:
    for ordem in ("posicao", "-posicao", "valor", "-valor"):
        last = get(f"/indicador/beta?aba=tabela&ordem={ordem}").select(".ms-full tbody tr")[-1]
        assert last.th.a.text == MISSING.nome and last.select_one(".ms-pill.is-sem-dado")


def test_the_evolution_is_drawn_and_told_in_a_table(world: World, get: Get) -> None:
    page = get(f"/indicador/alfa?aba=evolucao&municipio={BEST.slug}")
    assert page.select_one("svg.ms-chart .ms-band")["d"] and len(page.select(".ms-dot-own")) == 2
    newest, oldest = page.select("#ms-evolution")[0].find_parent("table").select("tbody tr")
    # Of 1 … 79: quartiles 1 + 0.25·78 = 20.5 and 59.5; the first municipality has 1 in 2020 and 79 in 2019.
    assert "1,0" in newest.text and "20,5 – 59,5" in newest.text and newest.select_one(".is-adequado")
    assert "79,0" in oldest.text and oldest.select_one(".is-critico")


def test_the_files_tab_says_source_method_and_what_is_missing(world: World, get: Get) -> None:
    page = get("/indicador/beta?aba=baixar")
    addresses = [link["href"] for link in page.select("a[href]")]
    for extension in ("csv", "json", "xlsx"):
        assert f"/dados/criticidade.{extension}?indicador=beta" in addresses
    assert any("/datastore/dump/" in address for address in addresses)
    assert any("datastore_search" in address for address in addresses)
    assert "Agência" in page.text and MISSING.nome in page.select_one(".ms-plain").text
    # The data version and the file's hash: 64 hexadecimal digits each.
    assert len([code for code in page.select(".ms-facts code") if len(code.text.split()[-1]) == 64]) >= 3
    assert page.select_one("#dataset-resources")


def test_when_nobody_is_critical_the_page_says_so(world: World, get: Get) -> None:
    page = get("/indicador/beta")
    assert not page.select(".ms-ranked") and page.select_one(".ms-empty-inner")
    assert shapes(page)["is-sem-dado"] == 1 and shapes(page)["is-critico"] == 0


def test_an_indicator_without_data_shows_what_is_known_of_it(world: World, get: Get) -> None:
    for query in ("", "?aba=tabela", "?aba=evolucao"):
        page = get(f"/indicador/gama{query}")
        assert page.select_one(".ms-empty") and not page.select(".ms-map")
        assert "Agência" in page.select_one(".ms-facts").text


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("ano=1800", 404, "1800"),
        ("ano=x", 404, "2019, 2020"),
        ("municipio=atlantida", 404, "atlantida"),
        ("aba=x", 400, "evolucao"),
        ("cor=x", 400, "estado, valor"),
        ("ordem=x", 400, "posicao"),
        ("municipio=%3Cscript%3E", 404, "<script>"),
    ],
)
def test_what_cannot_be_read_is_said_with_what_could_be(
    world: World, get: Get, query: str, status: int, said: str
) -> None:
    page = get(f"/indicador/alfa?{query}", status)
    assert said in page.select_one("#error-content").text
    assert not page.select("#error-content script")
    assert page.select_one("form[role=search] input[name=q]")
    # The page that failed half-way must not cost the error page its style.
    assert any("msativo" in link["href"] for link in page.select("link[rel=stylesheet]"))


def token_of_an_editor(world: World) -> dict[str, str]:
    user = member(world.coordenacao, "editor")
    token = helpers.call_action("api_token_create", context={"user": user["name"]}, user=user["name"], name="test")
    return {"Authorization": token["token"]}


def test_who_may_edit_sees_the_way_to_edit(world: World, make_app: Any) -> None:
    # A request of its own: the context of the fixtures has asked who is there already.
    seen = Web(make_app()).get("/indicador/alfa", headers=token_of_an_editor(world)).body
    assert "/indicador/edit/alfa" in seen and "/activity/alfa" in seen


def test_nobody_else_does(world: World, get: Get) -> None:
    assert not get("/indicador/alfa").select('a[href*="/indicador/edit/alfa"]')


def test_other_datasets_keep_their_own_page(world: World, app: Any) -> None:
    answer = app.get("/dataset/")
    assert answer.status_code == 200 and "dataset-list" in answer.body and "ms-header" in answer.body


def test_every_municipality_of_the_territory_is_on_the_map(world: World, get: Get) -> None:
    names = {link.title.text.split(":")[0] for link in get("/indicador/alfa").select(".ms-map a")}
    assert names == {municipio.nome for municipio in TERRITORY.municipios}


def test_the_map_says_of_each_shape_value_rank_state_and_reason(world: World, get: Get) -> None:
    said = {link.title.text.split(":")[0]: link.title.text for link in get("/indicador/alfa").select(".ms-map a")}
    assert all(part in said[WORST.nome] for part in ("79,0", "1", "crítico", "59,5"))
    assert "40,0" in said[BEST.nome]  # the median, of whose better side it is
    missing = {link.title.text.split(":")[0]: link.title.text for link in get("/indicador/beta").select(".ms-map a")}
    assert "2018" in missing[MISSING.nome] and "2020" in missing[MISSING.nome]


def test_the_table_can_be_narrowed_to_a_region_and_its_files_with_it(world: World, get: Get, app: Any) -> None:
    region = next(region for region in TERRITORY.regions("imediata") if region.nome == "Dourados")
    page = get("/indicador/alfa?aba=tabela&regiao=Dourados&ordem=-valor")
    found = [row.th.a.text for row in page.select(".ms-full tbody tr")]
    expected = [TERRITORY.by_code[code].nome for code in TERRITORY.by_code if code in region.municipios]
    assert found == expected[::-1]
    assert all("regiao=Dourados" in link["href"] for link in page.select(".ms-full thead a"))
    link = next(a["href"] for a in page.select(".ms-downloads a") if ".csv" in a["href"])
    assert len(app.get(link).data.decode().strip().splitlines()) == 1 + len(expected)
    # It is the table's alone.
    assert not any("regiao" in link["href"] for link in page.select(".ms-tabs a:not([aria-current])"))
    get("/indicador/alfa?aba=tabela&regiao=Nada", 404)


@pytest.mark.parametrize("query", ["aba=-mapa", "cor=-valor"])
def test_only_an_order_can_be_turned_around(world: World, get: Get, query: str) -> None:
    get(f"/indicador/alfa?{query}", 400)
