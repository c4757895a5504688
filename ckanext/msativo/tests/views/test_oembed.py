"""oEmbed 1.0 as its standard says: the answer's fields, sizes, formats, statuses; and that pages tell of it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup

from ckanext.msativo.logic.portal import portal_context
from ckanext.msativo.tests import factories
from ckanext.msativo.tests.views.conftest import Get
from ckanext.msativo.tests.views.world import WORST, World

SITE = "http://test.ckan.net"


def ask(app: Any, url: str, status: int = 200, **params: Any) -> Any:
    query = "".join(f"&{key}={value}" for key, value in params.items())
    answer = app.get(f"/oembed?url={quote(url, safe='')}{query}")
    assert answer.status_code == status, answer.body[:300]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    return answer


def test_the_answer_has_what_the_standard_asks_of_a_rich_one(world: World, app: Any) -> None:
    answer = ask(app, f"{SITE}/indicador/alfa")
    assert answer.headers["Content-Type"].startswith("application/json")
    found = json.loads(answer.body)
    # 2.3.4.4: html, width and height are required of "rich"; type and version of all.
    assert found["type"] == "rich" and found["version"] == "1.0" and found["title"] == "Taxa alfa"
    frame = BeautifulSoup(found["html"], "html.parser").iframe
    assert frame["src"] == f"{SITE}/incorporar/indicador/alfa"
    assert (int(frame["width"]), int(frame["height"])) == (found["width"], found["height"])
    assert found["provider_name"] == "MS Ativo" and found["provider_url"].startswith(SITE)
    assert found["thumbnail_url"] == f"{SITE}/imagem/indicador/alfa.png"
    assert (found["thumbnail_width"], found["thumbnail_height"]) == (1200, 630)
    assert app.get(frame["src"].removeprefix(SITE)).status_code == 200


def test_xml_says_the_same_as_json(world: World, app: Any) -> None:
    url = f"{SITE}/indicador/alfa?ano=2019"
    answer = ask(app, url, format="xml")
    assert answer.headers["Content-Type"].startswith("text/xml")
    root = ElementTree.fromstring(answer.body)
    assert root.tag == "oembed"
    assert {child.tag: child.text for child in root} == {
        key: str(value) for key, value in json.loads(ask(app, url, format="json").body).items()
    }


@pytest.mark.parametrize(
    ("path", "src"),
    [
        ("/indicador/alfa?ano=2019&cor=valor&aba=tabela&x=1", "/incorporar/indicador/alfa?ano=2019&cor=valor"),
        ("/en/indicador/alfa", "/en/incorporar/indicador/alfa"),
        ("/pt_BR/indicador/alfa#aba", "/pt_BR/incorporar/indicador/alfa"),
        (f"/municipios/{WORST.slug}", f"/incorporar/municipio/{WORST.slug}"),
        ("/incorporar/indicador/alfa", "/incorporar/indicador/alfa"),
    ],
)
def test_what_is_chosen_and_the_language_are_kept(world: World, app: Any, path: str, src: str) -> None:
    html = json.loads(ask(app, SITE + path).body)["html"]
    made = BeautifulSoup(html, "html.parser").iframe["src"].removeprefix(SITE)
    assert made in (src, src.replace("/pt_BR", ""))


def test_the_greatest_size_is_kept_by_frame_and_image(world: World, app: Any) -> None:
    found = json.loads(ask(app, f"{SITE}/indicador/alfa", maxwidth=400, maxheight=300).body)
    assert (found["width"], found["height"]) == (400, 300) and "thumbnail_url" not in found
    assert 'width="400" height="300"' in found["html"]
    large = json.loads(ask(app, f"{SITE}/indicador/alfa", maxwidth=9000).body)
    assert large["width"] == 720 and large["thumbnail_width"] == 1200
    for wrong in ("0", "-5", "abc", "9" * 30):
        assert app.get(f"/oembed?url={SITE}/indicador/alfa&maxwidth={wrong}").status_code == 400


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nada",
        "http://[",
        "https://outro.exemplo.org/indicador/alfa",
        f"{SITE}.exemplo.org/indicador/alfa",
        "http://test.ckan.net:8080/indicador/alfa",
        "ftp://test.ckan.net/indicador/alfa",
        f"{SITE}/indicador/nenhum",
        f"{SITE}/municipios/atlantida",
        f"{SITE}/municipios",
        f"{SITE}/user/login",
        f"{SITE}/indicador/edit/alfa",
        f"{SITE}/desafio/alfa",
        f"{SITE}/xx/indicador/alfa",
        "javascript:alert(1)",
        f"{SITE}/indicador/alfa\x00",
    ],
)
def test_an_address_that_is_no_page_of_ours_is_not_found(world: World, app: Any, url: str) -> None:
    ask(app, url, 404)


def test_a_format_that_is_not_offered_is_not_implemented(world: World, app: Any) -> None:
    ask(app, f"{SITE}/indicador/alfa", 501, format="yaml")


def test_a_private_page_is_unauthorized_whoever_asks(coordenacao: dict[str, Any], app: Any) -> None:
    dataset = factories.Indicador(owner_org=coordenacao["id"], name="oculto", private=True)
    ask(app, f"{SITE}/indicador/oculto", 401)
    factories.patch(dataset, private=False)
    ask(app, f"{SITE}/indicador/oculto")
    tk.get_action("package_delete")(portal_context(), {"id": dataset["id"]})
    assert app.get(f"/oembed?url={SITE}/indicador/oculto").status_code in (401, 404)


def test_under_a_root_path_addresses_begin_with_it(world: World, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from ckanext.msativo.views.oembed import portal, resolve

    for root, path in (
        ("/dados", "/dados/indicador/alfa"),
        ("/dados/{{LANG}}", "/dados/en/indicador/alfa"),
        ("/dados", "/dados/en/indicador/alfa"),
        ("/dados/{{LANG}}", "/dados/indicador/alfa"),
    ):
        monkeypatch.setitem(portal, "ckan.root_path", root)
        with app.flask_app.test_request_context("/"):
            found = resolve(SITE + path)
            assert found and found[1] == "alfa" and found[3] == ("en" if "/en/" in path else "")
            assert resolve(f"{SITE}/indicador/alfa") is None


@pytest.mark.parametrize("path", ["/indicador/alfa?ano=2019", "/indicador/alfa", f"/municipios/{WORST.slug}"])
def test_pages_tell_where_to_ask(world: World, app: Any, get: Get, path: str) -> None:
    page = get(path)
    for kind in ("application/json+oembed", "text/xml+oembed"):
        link = page.select_one(f'head link[type="{kind}"]')
        found = app.get(link["href"].removeprefix(SITE))
        assert found.status_code == 200 and link["title"]
        assert ("2019" in path) == ("ano=2019" in found.body)


def test_a_page_that_cannot_be_embedded_tells_nothing(world: World, get: Get) -> None:
    for path in ("/", "/municipios", "/indicador"):
        assert not get(path).select('link[type="application/json+oembed"]')
