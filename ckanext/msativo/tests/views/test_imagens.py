"""Preview images: their size, the colours of the map counted against the page, their letters, and what pages say."""

from __future__ import annotations

import io
import re
from collections import Counter
from typing import Any
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from ckan.tests import helpers
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from ckanext.msativo.tests import factories
from ckanext.msativo.tests.factories import CODES, load_values
from ckanext.msativo.tests.test_permissions_world import Web
from ckanext.msativo.tests.views.conftest import Get
from ckanext.msativo.tests.views.world import WORST, World
from ckanext.msativo.views import lettering, mapa, palette, picture_layout, picture_png
from ckanext.msativo.views.picture import Picture

SITE = "http://test.ckan.net"
NEAR = [(dx, dy) for dx in range(-4, 5) for dy in range(-4, 5)]
SVG = "{http://www.w3.org/2000/svg}"


def image(app: Any, path: str) -> Any:
    answer = app.get(path)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "image/png"
    return Image.open(io.BytesIO(answer.get_data())).convert("RGB")


def seen(found: Any) -> Counter[str]:
    """Colour of each municipality, read off at its label, or as near to it as no border is (some are a few pixels)."""
    place = picture_layout._place(mapa.Map(mapa.drawing().view_box, [], []))
    assert place
    colours = Counter()
    names = {palette.tokens()[name]: name for name in ("critico", "atencao", "adequado")}
    for shape in mapa.drawing().shapes.values():
        x, y = shape.label
        at = place.x + place.scale * x, place.y + place.scale * y
        near = sorted(NEAR, key=lambda step: step[0] ** 2 + step[1] ** 2)
        read = (found.getpixel((round(at[0]) + dx, round(at[1]) + dy)) for dx, dy in near)
        known = (names.get("#{:02x}{:02x}{:02x}".format(*pixel)) for pixel in read)
        colours[next(filter(None, known), "?")] += 1
    return colours


def test_the_map_on_the_image_has_the_states_of_the_page(world: World, app: Any, get: Get) -> None:
    found = image(app, "/imagem/indicador/alfa.png")
    assert found.size == (1200, 630)
    colours = seen(found)
    page = Counter(link["class"][0].removeprefix("is-") for link in get("/indicador/alfa").select(".ms-map a"))
    assert colours == page
    assert image(app, "/imagem/indicador/alfa.png?ano=2019").tobytes() != found.tobytes()


def test_the_svg_has_every_municipality_in_its_colour(world: World, app: Any) -> None:
    answer = app.get("/imagem/indicador/alfa.svg")
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    root = ElementTree.fromstring(answer.body)
    assert root.get("viewBox") == "0 0 1200 630"
    fills = Counter(path.get("fill") for path in root.iter(f"{SVG}path"))
    tokens = palette.tokens()
    assert fills == {tokens["critico"]: 20, tokens["atencao"]: 20, tokens["adequado"]: 39}
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert "Taxa alfa" in words and any("20" in (word or "") for word in words) and "MS Ativo" in words
    assert "20" in (root.get("aria-label") or "")


def test_a_title_is_text_in_the_svg_whatever_it_is(coordenacao: dict[str, Any], app: Any) -> None:
    factories.Indicador(owner_org=coordenacao["id"], name="mau", title="<script>alert('x')</script> & \"y\"")
    root = ElementTree.fromstring(app.get("/imagem/indicador/mau.svg").body)
    assert not list(root.iter(f"{SVG}script"))


@pytest.mark.parametrize("path", ["portal", f"municipio/{WORST.slug}", "indicador/gama", "indicador/beta"])
def test_every_kind_has_both_files(world: World, app: Any, path: str) -> None:
    assert image(app, f"/imagem/{path}.png").size == (1200, 630)
    ElementTree.fromstring(app.get(f"/imagem/{path}.svg").body)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("indicador/alfa.gif", 404),
        ("indicador/nenhum.png", 404),
        ("desafio/alfa.png", 404),
        ("municipio/atlantida.png", 404),
        ("pessoa/x.png", 404),
        ("indicador/alfa.png?ano=1990", 404),
        ("indicador/alfa.png?width=90000", 400),
        ("indicador/alfa.png?municipio=x", 400),
        ("portal.png?ano=2020", 400),
        (f"municipio/{WORST.slug}.png?x=1", 400),
    ],
)
def test_what_is_no_image_is_refused(world: World, app: Any, path: str, status: int) -> None:
    assert app.get(f"/imagem/{path}").status_code == status


def test_an_image_is_drawn_once_and_kept_until_something_changes(
    world: World, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = app.get("/imagem/indicador/alfa.png")
    assert first.headers["Cache-Control"] == "public, max-age=300" and "Set-Cookie" not in first.headers
    monkeypatch.setattr(picture_png, "lay_out", None)
    again = app.get("/imagem/indicador/alfa.png")
    assert again.status_code == 200 and again.get_data() == first.get_data()
    unchanged = app.get("/imagem/indicador/alfa.png", headers={"If-None-Match": first.headers["ETag"]})
    assert unchanged.status_code == 304
    assert app.get("/en/imagem/indicador/alfa.svg").headers["ETag"] != first.headers["ETag"]


HIDDEN = {"private": {"private": True}, "draft": {"state": "draft"}, "deleted": {"state": "deleted"}}


@pytest.mark.parametrize("how", HIDDEN)
def test_what_is_not_public_has_no_image(coordenacao: dict[str, Any], app: Any, how: str) -> None:
    made = [factories.Indicador(owner_org=coordenacao["id"], name=name) for name in ("oculto", "outro")]
    for one in made:
        load_values(one, {code: i for i, code in enumerate(CODES)})
    parts = [factories.part(one, ancora=True) for one in made]
    desafio = factories.Desafio(owner_org=coordenacao["id"], name="reto", indicadores=parts)
    helpers.call_action("msativo_analysis_run")
    paths = [f"/imagem/{kind}.{ext}" for kind in ("indicador/oculto", "desafio/reto") for ext in ("png", "svg")]
    for path in paths:
        assert app.get(path).status_code == 200
    for dataset in (desafio, made[0]):
        factories.patch(dataset, **HIDDEN[how])
    for path in paths:
        assert app.get(path).status_code == 404


# -- what pages say of themselves --------------------------------------------------------------------------------------
def meta(page: BeautifulSoup) -> dict[str, str]:
    tags = page.select("head meta[property], head meta[name]")
    return {tag.get("property") or tag["name"]: tag.get("content", "") for tag in tags}


def test_an_indicators_page_tells_its_answer_and_image(world: World, app: Any, get: Get) -> None:
    page = get("/indicador/alfa?municipio=corumba&aba=tabela")
    said = meta(page)
    assert said["og:title"] == "Taxa alfa" and said["og:locale"] == "pt_BR" and said["og:type"] == "website"
    assert "20" in said["og:description"] and "79" in said["og:description"] and "2020" in said["og:description"]
    assert said["description"] == said["og:description"] and said["twitter:card"] == "summary_large_image"
    # Choices that show the same facts otherwise have one address.
    assert page.select_one("link[rel=canonical]")["href"] == said["og:url"] == f"{SITE}/indicador/alfa"
    assert said["og:image"] == f"{SITE}/imagem/indicador/alfa.png"
    assert image(app, said["og:image"].removeprefix(SITE)).size == (
        int(said["og:image:width"]),
        int(said["og:image:height"]),
    )
    older = meta(get("/indicador/alfa?ano=2019"))
    assert older["og:url"].endswith("?ano=2019") and older["og:image"].endswith("alfa.png?ano=2019")


@pytest.mark.parametrize("path", ["/", "/municipios", "/indicador", f"/municipios/{WORST.slug}", "/desafio", "/dados"])
def test_public_pages_have_one_address_and_an_image(world: World, app: Any, get: Get, path: str) -> None:
    page = get(path)
    said = meta(page)
    assert page.select_one("link[rel=canonical]")["href"].rstrip("/") == f"{SITE}{path}".rstrip("/")
    assert said["description"] and said["og:title"]
    assert image(app, said["og:image"].removeprefix(SITE)).size == (1200, 630)


def test_a_page_for_oneself_tells_nothing(world: World, get: Get) -> None:
    assert "og:image" not in meta(get("/user/login"))


def test_a_hidden_page_tells_nothing_to_who_may_see_it(coordenacao: dict[str, Any], app: Any) -> None:
    factories.Indicador(owner_org=coordenacao["id"], name="oculto", private=True)
    web = Web(app)
    answer = web.get("/indicador/oculto", headers=web.token(factories.member(coordenacao)))
    assert answer.status_code == 200 and "og:image" not in answer.body


# -- drawing: pure -----------------------------------------------------------------------------------------------------
def ink(text: str, size: int = 80, **how: Any) -> Any:
    canvas = Image.new("L", (400, 160), 255)
    lettering.write(canvas.convert("RGB"), (0, 0), "", size, "#000000")
    drawn = Image.new("RGB", (400, 160), "#ffffff")
    lettering.write(drawn, (40, 110), text, size, "#000000", **how)
    return drawn.convert("L")


PAIRS = ("aá", "aà", "aâ", "aã", "eé", "eê", "oó", "oô", "oõ", "uú", "uü", "cç", "AÁ", "AÃ", "EÉ", "OÕ", "CÇ", "UÚ")


@pytest.mark.parametrize("pair", PAIRS)
def test_a_letter_with_a_mark_is_its_letter_and_more(pair: str) -> None:
    bare, marked = ink(pair[0]), ink(pair[1])
    assert bare.tobytes() != marked.tobytes()
    # All ink of the base letter is there, and the mark lies over it, or under it for the cedilla.
    pixels = list(zip(bare.tobytes(), marked.tobytes(), strict=True))
    assert sum(was < 100 <= now for was, now in pixels) == 0
    added = [at // 400 for at, (was, now) in enumerate(pixels) if was > 200 and now < 100]
    assert added and (min(added) > 100 if pair[1] in "çÇ" else max(added) < 75)


def test_an_accented_i_has_no_dot() -> None:
    box = Image.eval(ink("í"), lambda value: 255 - value).getbbox()
    rows = [any(ink("í").getpixel((x, y)) < 100 for x in range(400)) for y in range(box[1], box[3])]
    gaps = re.sub("(.)\\1+", "\\1", "".join("1" if row else "0" for row in rows))
    assert gaps == "101"  # the accent, a gap, the stem


@given(st.text(max_size=60), st.integers(1, 3))
def test_any_text_can_be_written_in_lines_that_fit(text: str, lines: int) -> None:
    made = lettering.wrapped(text, 20, 300, lines)
    assert len(made) <= lines and all(lettering.width(line, 20) <= 300 for line in made)
    canvas = Image.new("RGB", (320, 60), "#ffffff")
    for line in made:
        lettering.write(canvas, (5, 40), line, 20, "#000000")


@given(st.text(min_size=1, max_size=220), st.integers(0, 6), st.booleans())
def test_whatever_the_title_nothing_is_written_over_the_legend(title: str, items: int, figure: bool) -> None:
    legend = [mapa.LegendItem("is-critico", "Crítico", 1)] * items
    drawn = Picture("Área · 2020", title, "20 de 79" if figure else "", "municípios", None, legend, "mediana")
    layout = picture_layout.lay_out(drawn)
    top = min((key.y for key in layout.keys), default=630 - picture_layout.BAND)
    assert all(words.y < top for words in layout.words if words.size not in (22, 28))


def test_a_municipality_in_the_hole_of_another_is_not_covered() -> None:
    square = "M0 0h90v90h-90z"
    with_hole = f"{square}M30 30v30h30v-30z"
    shape: Any = {"codigo": "", "nome": "", "slug": "", "x": 0, "y": 0, "href": "", "text": "", "selected": False}
    shapes = [
        mapa.Shape(d="M30 30h30v30h-30z", css="is-critico", **shape),
        mapa.Shape(d=with_hole, css="is-adequado", **shape),
    ]
    drawn = picture_png.write(Picture("", "x", "", "", mapa.Map("0 0 90 90", shapes, [])))
    place = picture_layout._place(mapa.Map("0 0 90 90", [], []))
    found = Image.open(io.BytesIO(drawn)).convert("RGB")
    at = round(place.x + place.scale * 45), round(place.y + place.scale * 45)
    assert "#{:02x}{:02x}{:02x}".format(*found.getpixel(at)) == palette.tokens()["critico"]
