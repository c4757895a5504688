"""Pages for frames of other sites: the same facts, nobody's session, and no other page in a foreign frame."""

from __future__ import annotations

from collections import Counter
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests import helpers

from ckanext.msativo.logic.portal import portal_context
from ckanext.msativo.tests import factories
from ckanext.msativo.tests.factories import CODES, load_values
from ckanext.msativo.tests.test_permissions_world import Web
from ckanext.msativo.tests.views.conftest import Get
from ckanext.msativo.tests.views.world import BEST, WORST, World

PAGES = ("/incorporar/indicador/alfa", f"/incorporar/municipio/{WORST.slug}")


def shapes(page: BeautifulSoup) -> Counter[str]:
    return Counter(link["class"][0] for link in page.select(".ms-map a"))


def test_an_indicator_in_a_frame_has_the_facts_of_its_page(world: World, get: Get) -> None:
    page, own = get("/incorporar/indicador/alfa"), get("/indicador/alfa")
    assert shapes(page) == shapes(own) == {"is-critico": 20, "is-atencao": 20, "is-adequado": 39}
    assert [item.b.text for item in page.select(".ms-legend li")] == ["20", "20", "39", "0"]
    assert page.h1.text.strip() == "Taxa alfa" and len(page.select("h1")) == 1
    assert WORST.nome in page.select_one("#porque").text
    assert "Fonte" in page.footer.text
    back = page.select_one("footer a")
    assert back["href"].endswith("/indicador/alfa") and back["target"] == "_top" and back["rel"] == ["noopener"]


def test_what_is_chosen_stays_in_the_frame_and_goes_along_to_the_page(world: World, get: Get) -> None:
    page = get(f"/incorporar/indicador/alfa?ano=2019&municipio={WORST.slug}&cor=valor")
    assert WORST.nome in page.select_one("#porque").text and "is-v1" in shapes(page)
    assert all(link["href"].startswith("/incorporar/indicador/alfa?") for link in page.select(".ms-map a"))
    back = page.select_one("footer a")["href"]
    assert "ano=2019" in back and "cor=valor" in back and WORST.slug in back
    assert BEST.nome in get("/incorporar/indicador/alfa?ano=2019").select_one("#porque").text
    assert len(get("/incorporar/indicador/alfa?aba=tabela").select(".ms-full tbody tr")) == 79


@pytest.mark.parametrize(
    "asked", ["ano=1990", "municipio=atlantida", "cor=x", "cor=-valor", "aba=baixar", "x=1", "ordem=q"]
)
def test_what_cannot_be_asked_is_refused(world: World, app: Any, asked: str) -> None:
    assert app.get(f"/incorporar/indicador/alfa?{asked}").status_code in (400, 404)


def test_a_municipality_in_a_frame_lists_where_it_is_critical(world: World, get: Get) -> None:
    page = get(f"/incorporar/municipio/{WORST.slug}")
    assert [item.b.text for item in page.select(".ms-legend li")] == ["1", "0", "1", "0"]
    (line,) = page.select(".ms-embed-lines li")
    assert "Taxa alfa" in line.text and line.select(".ms-strip") and line.a["target"] == "_top"
    assert not get(f"/incorporar/municipio/{BEST.slug}").select(".ms-embed-lines li")
    get("/incorporar/municipio/atlantida", 404)


def test_an_indicator_without_data_says_so(world: World, get: Get) -> None:
    page = get("/incorporar/indicador/gama")
    assert page.h1 and not page.select(".ms-map") and page.select_one("main p b").text


@pytest.mark.parametrize("address", PAGES)
def test_an_embedded_page_is_nobodys(world: World, app: Any, address: str) -> None:
    answer = app.get(address)
    assert "Set-Cookie" not in answer.headers and "Cookie" not in answer.headers.get("Vary", "")
    page = BeautifulSoup(answer.body, "html.parser")
    assert not page.select("script, header, nav.ms-nav, [style], [onclick]")
    assert "csrf" not in answer.body and page.html["lang"] == "pt-BR"
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy and "default-src 'none'" in policy and "script-src" not in policy
    assert "X-Frame-Options" not in answer.headers
    assert all(sheet["href"].startswith("/") for sheet in page.select("link[rel=stylesheet]"))


@pytest.mark.parametrize("address", PAGES)
def test_a_copy_is_kept_until_something_changes(world: World, app: Any, address: str) -> None:
    first = app.get(address)
    assert first.headers["Cache-Control"] == "public, max-age=300"
    again = app.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.body
    english = app.get(f"/en{address}")
    assert english.headers["ETag"] != first.headers["ETag"] and 'lang="en"' in english.body


@pytest.mark.parametrize("address", ["/", "/indicador/alfa", "/municipios", "/user/login", "/dataset/"])
def test_no_other_page_may_stand_in_a_foreign_frame(world: World, app: Any, address: str) -> None:
    headers = app.get(address).headers
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Content-Security-Policy"] == "frame-ancestors 'self'"


def test_ckans_page_of_one_view_may_stand_in_a_frame(world: World, app: Any) -> None:
    resource = helpers.call_action("package_show", id="alfa")["resources"][0]["id"]
    given = {"resource_id": resource, "view_type": "msativo_critica_view", "title": "Vista"}
    view = tk.get_action("resource_view_create")(portal_context(), given)
    headers = app.get(f"/indicador/alfa/resource/{resource}/view/{view['id']}").headers
    helpers.call_action("resource_view_delete", id=view["id"])
    assert headers["Content-Security-Policy"] == "frame-ancestors *" and "X-Frame-Options" not in headers


def test_the_page_offers_its_code_with_what_is_chosen(world: World, get: Get) -> None:
    code = get("/indicador/alfa?aba=baixar&ano=2019").select_one("textarea[readonly]")
    frame = BeautifulSoup(code.text, "html.parser").iframe
    assert frame["src"] == "http://test.ckan.net/incorporar/indicador/alfa?ano=2019" and frame["title"] == "Taxa alfa"
    label = get("/indicador/alfa?aba=baixar").select_one("label[for=ms-embed-html]")
    assert label.text
    # A title is text in the code, whatever it is.
    beta = get("/indicador/beta?aba=baixar").select_one("textarea[readonly]").text
    assert BeautifulSoup(beta, "html.parser").iframe["title"] == "=2+2 beta"


def test_a_municipalitys_page_offers_its_code(world: World, get: Get) -> None:
    page = get(f"/municipios/{WORST.slug}")
    frame = BeautifulSoup(page.select_one("textarea[readonly]").text, "html.parser").iframe
    assert frame["src"] == f"http://test.ckan.net/incorporar/municipio/{WORST.slug}" and frame["title"] == WORST.nome


HIDDEN = {"private": {"private": True}, "draft": {"state": "draft"}, "deleted": {"state": "deleted"}}


@pytest.mark.parametrize("how", HIDDEN)
def test_what_is_not_public_is_embedded_by_nobody(coordenacao: dict[str, Any], app: Any, how: str) -> None:
    indicador, desafio = challenge(coordenacao)
    helpers.call_action("msativo_analysis_run")
    addresses = [f"/incorporar/{kind}/{which}" for kind, which in _both(indicador, desafio)]
    for address in addresses:
        assert app.get(address).status_code == 200
    for dataset in (desafio, indicador):
        factories.patch(dataset, **HIDDEN[how])
    # Not even by who may see it: a frame's answer may be kept for others.
    web = Web(app)
    token = web.token(factories.member(coordenacao))
    for address in addresses:
        for headers in ({}, token):
            answer = web.get(address, headers=headers)
            assert answer.status_code == 404 and "Taxa de exemplo" not in answer.body


def challenge(coordenacao: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """An indicator in which the i-th municipality has i, and a challenge of it and another, not yet analysed."""
    made = [factories.Indicador(owner_org=coordenacao["id"], name=name) for name in ("um", "dois")]
    for one in made:
        load_values(one, {code: i for i, code in enumerate(CODES, 1)})
    parts = [factories.part(one, ancora=one["name"] == "um") for one in made]
    return made[0], factories.Desafio(owner_org=coordenacao["id"], name="reto", indicadores=parts)


def _both(indicador: dict[str, Any], desafio: dict[str, Any]) -> list[tuple[str, str]]:
    return [(kind, it[key]) for kind, it in (("indicador", indicador), ("desafio", desafio)) for key in ("name", "id")]


def test_a_challenge_in_a_frame_has_the_classes_of_its_page(coordenacao: dict[str, Any], get: Get) -> None:
    challenge(coordenacao)
    empty = get("/incorporar/desafio/reto")
    assert not empty.select(".ms-map") and empty.select_one("main p b").text
    helpers.call_action("msativo_analysis_run")
    page, own = get("/incorporar/desafio/reto"), get("/desafio/reto")
    assert shapes(page) == shapes(own) and sum(shapes(page).values()) == 79
    chosen = get(f"/incorporar/desafio/reto?municipio={BEST.slug}&cor=valor")
    assert BEST.nome in chosen.select_one("#ms-frame-why").text and "is-v5" in shapes(chosen)
    assert len(get("/incorporar/desafio/reto?aba=tabela").select(".ms-full tbody tr")) == 79
    get("/incorporar/desafio/reto?ano=2020", 400)
    code = get("/desafio/reto?aba=baixar").select_one("textarea[readonly]").text
    assert "/incorporar/desafio/reto" in code
    get("/incorporar/indicador/reto", 404)
    get("/incorporar/desafio/um", 404)
