"""The first page, the list of indicators, the search, the frame of all pages."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.msativo.tests import factories
from ckanext.msativo.tests.views.conftest import Get
from ckanext.msativo.tests.views.world import WORST, World
from ckanext.msativo.views.listas import LISTS


def test_the_first_page_counts_the_critical_pairs(world: World, get: Get) -> None:
    page = get("/")
    figures = [card.b.text for card in page.select(".ms-figure dd")]
    # alfa: 20 critical of 79; beta: none of 78.
    assert figures[:3] == ["79", "3", "20"] and "157" in page.select(".ms-figure")[2].text
    assert len(page.select(".ms-map a")) == 79 and len(page.select(".ms-ranked tbody tr")) == 10
    alfa = next(item for item in page.select(".ms-arealist li") if "Taxa alfa" in item.text)
    assert alfa.b.text == "20"


def test_equal_numbers_share_a_place(world: World, get: Get) -> None:
    places = {cell.text for cell in get("/").select(".ms-ranked tbody .ms-place")}
    assert places == {"1"}


def test_the_indicators_are_listed_by_area_and_filtered_by_name(world: World, get: Get) -> None:
    page = get("/indicador/")
    assert {section["id"] for section in page.select("section.ms-card")} == {"saude", "educacao"}
    assert len(page.select(".ms-indicators tbody tr")) == 3
    assert len(get("/indicador/?q=ALFA").select(".ms-indicators tbody tr")) == 1
    assert len(get("/indicador/?q=indice").select(".ms-indicators tbody tr")) == 1
    assert get("/indicador/?q=zzz").select_one(".ms-empty")


def test_a_single_exact_hit_is_opened(world: World, app: Any) -> None:
    leads = {
        WORST.nome: f"/municipios/{WORST.slug}",
        "ponta pora": "/municipios/ponta-pora",
        "PONTA PORÃ": "/municipios/ponta-pora",
        "5004809": "/municipios/japora",
        "taxa ALFA": "/indicador/alfa",
        "indice gama": "/indicador/gama",
    }
    for q, address in leads.items():
        answer = app.get("/busca", query_string={"q": q}, follow_redirects=False)
        assert answer.status_code == 302 and answer.headers["Location"].endswith(address), q


def test_several_hits_are_listed(world: World, get: Get) -> None:
    page = get("/busca?q=ponta")
    assert [link.text for link in page.select(".ms-arealist a")] == ["Ponta Porã"]
    assert "Taxa alfa" in get("/busca?q=tax").select_one(".ms-arealist").text


def test_nothing_found_says_so_and_helps(world: World, get: Get) -> None:
    for q in ("zzz", "<script>alert(1)</script>", "%00", "'; drop table", "a" * 5000):
        page = get(f"/busca?q={q}")
        assert page.select_one("main input[name=q]") and not page.select("main script"), q


def test_an_empty_search_is_a_search_box(world: World, get: Get) -> None:
    assert get("/busca").select_one("main input[name=q]")


def suggestions(app: Any, q: str) -> list[dict[str, str]]:
    return app.get("/busca/sugestoes", query_string={"q": q}).json["results"]


def test_while_one_types_the_best_answers_come_first(world: World, app: Any) -> None:
    assert [hit["title"] for hit in suggestions(app, "JAPORÃ")] == ["Japorã"]
    first = suggestions(app, "ponta pora")[0]
    assert first == {"kind": "município", "title": "Ponta Porã", "url": "/municipios/ponta-pora", "note": "Ponta Porã"}
    # A name that begins so comes before one that only has it somewhere.
    titles = [hit["title"] for hit in suggestions(app, "bo")]
    assert titles[0].startswith("Bo") and len(titles) <= 8
    assert {hit["kind"] for hit in suggestions(app, "alfa")} == {"indicador"}


def test_nothing_is_suggested_for_nothing(world: World, app: Any) -> None:
    for q in ("", "   ", "zzz", "\x00", "<script>"):
        assert suggestions(app, q) == [], q


def test_a_challenge_is_found_by_its_title(world: World, app: Any, get: Get) -> None:
    secretaria = factories.Secretaria()
    factories.Desafio(
        name="reto",
        title="Água para todos",
        owner_org=world.coordenacao["id"],
        secretaria=secretaria["name"],
        ciclo="2026",
        indicadores=[{"indicador": "alfa", "ancora": "true"}, {"indicador": "beta"}],
    )
    first = suggestions(app, "agua para")[0]
    assert (first["kind"], first["url"]) == ("desafio", "/desafio/reto")
    assert get("/busca?q=agua para").select_one("#ms-found-desafio")
    answer = app.get("/busca", query_string={"q": "agua para todos"}, follow_redirects=False)
    assert answer.headers["Location"].endswith("/desafio/reto")


def test_the_open_data_page_offers_every_list(world: World, app: Any, get: Get) -> None:
    page = get("/dados")
    offered = [link["href"] for link in page.select("a[download]")]
    assert {link.split(".")[0] for link in offered} == {f"/dados/{name}" for name in LISTS if name != "regras"}
    for link in offered:
        assert app.get(link).status_code == 200, link
    for link in page.select("td a[href^='/api/3/action/']"):
        if "rule_compare" not in link["href"]:
            assert app.get(link["href"]).json["success"], link


ADDRESSES = (
    "/",
    "/adesao",
    "/dados",
    "/indicador/",
    "/indicador/alfa",
    "/municipios",
    "/municipios/japora",
    "/busca",
    "/about",
    "/nada",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_stand_in_one_frame_without_inline_styles_or_foreign_files(world: World, app: Any, address: str) -> None:
    from bs4 import BeautifulSoup

    page = BeautifulSoup(app.get(address).body, "html.parser")
    assert len(page.select("main#content")) == len(page.select("h1")) == 1
    assert page.select_one("a.ms-skip")["href"] == "#content"
    assert [link["href"] for link in page.select(".ms-nav a")] == [
        "/",
        "/municipios",
        "/indicador/",
        "/desafio/",
        "/acoes",
        "/monitoramento",
        "/agenda",
        "/dados",
    ]
    assert page.select_one(".ms-header form")["action"] == "/busca"
    assert not page.select("[style]") and not page.select("style")
    loaded = [tag.get("src") or tag.get("href") for tag in page.select("script[src], link[rel=stylesheet], img[src]")]
    assert all(source.startswith("/") and not source.startswith("//") for source in loaded)
    ids = [tag["id"] for tag in page.select("[id]")]
    assert len(ids) == len(set(ids)), sorted(name for name in ids if ids.count(name) > 1)


def test_in_english_the_pages_and_their_links_are_english(world: World, get: Get) -> None:
    page = get("/en/municipios/japora")
    assert page.html["lang"] == "en" and "Situation by area" in page.text
    assert all(link["href"].startswith("/en/") for link in page.select(".ms-profile a"))
