"""The journeys of each role in a real browser, at desk and phone width.

``MSATIVO_SCREENSHOTS`` names a folder that keeps a picture of each step.
"""

# ruff: noqa: F811 - tests take the imported fixture by its name

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ckan.model as model
import pytest

from ckanext.msativo.tests import cycle_world
from ckanext.msativo.tests.adesao_world import COORDINATOR, FOCAL, JAPORA, PDF, PREFEITURA, add_cycles, sent
from ckanext.msativo.tests.browser.conftest import serving
from ckanext.msativo.tests.cycle_world import SECRETARIA, Day, photo
from ckanext.msativo.tests.factories import CODES, TERRITORY, load_values, tidy
from ckanext.msativo.tests.test_permissions_world import EDITOR, World, world  # noqa: F401 - the fixture

PASSWORD = "uma-senha-de-teste"
WIDER = """(width) => {
  const wide = document.documentElement.scrollWidth > width;
  return wide ? [...document.querySelectorAll("main *")].filter(one => one.getBoundingClientRect().right > width)
    .map(one => one.outerHTML.slice(0, 80)) : [];
}"""
"""What is wider than the window, when that makes the page scroll sideways."""
SIZES = {"desk": (1280, 900), "phone": (390, 844)}


class Walk:
    """A person at a browser; ``clicks`` counts what was pressed."""

    def __init__(self, tab: Any, live: str, name: str) -> None:
        self.tab, self.live, self.name, self.clicks, self.step = tab, live, name, 0, 0

    def log_in(self, person: dict[str, Any]) -> None:
        self.tab.goto("/user/login")
        self.tab.fill("input[name=login]", person["name"])
        self.tab.fill("input[name=password]", PASSWORD)
        with self.tab.expect_navigation():
            self.tab.press("input[name=password]", "Enter")

    def open(self, address: str) -> None:
        self.tab.goto(address)
        self.picture()

    def press(self, what: Any) -> None:
        """Press a link or button that leads to another page."""
        self.clicks += 1
        with self.tab.expect_navigation():
            what.click()
        self.picture()

    def link(self, text: str) -> Any:
        return self.tab.get_by_role("link", name=text, exact=True).first

    def button(self, text: str) -> Any:
        return self.tab.get_by_role("button", name=text, exact=True).first

    @property
    def said(self) -> str:
        return self.tab.locator("main").inner_text()

    def picture(self) -> None:
        assert self.tab.evaluate(WIDER, self.tab.viewport_size["width"]) == [], self.tab.url
        folder = os.environ.get("MSATIVO_SCREENSHOTS")
        if folder:
            self.step += 1
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.tab.screenshot(path=f"{folder}/{self.name}-{self.step:02}.png", full_page=True)


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    """While requests to join are taken, unless a journey needs another."""
    return Day(monkeypatch, "2025-07-20")


@pytest.fixture
def live(world: World, day: Day, make_app: Any, ckan_config: Any) -> Iterator[str]:
    """The portal of the cycle's tests; everyone's password is the same."""
    load_values(world.indicador, {code: float(i) for i, code in enumerate(CODES, 1)})
    world.do(EDITOR, "msativo_analysis_run")
    add_cycles()
    for person in world.people.values():
        if person:
            model.User.get(person["id"]).password = PASSWORD
    model.Session.commit()
    with serving(make_app, ckan_config) as address:
        yield address


@pytest.fixture(params=SIZES)
def walk(browser: Any, live: str, request: pytest.FixtureRequest) -> Iterator[Walk]:
    width, height = SIZES[request.param]
    options: dict[str, Any] = {"has_touch": True, "is_mobile": True} if request.param == "phone" else {}
    context = browser.new_context(
        base_url=live, viewport={"width": width, "height": height}, locale="pt-BR", reduced_motion="reduce", **options
    )
    tab = context.new_page()
    failed: list[str] = []
    tab.on("pageerror", lambda error: failed.append(str(error)))
    name = re.sub(r"\W+", "-", request.node.name.removeprefix("test_"))
    yield Walk(tab, live, name)
    context.close()
    assert not failed, failed


# -- a citizen ---------------------------------------------------------------------------------------------------------
def test_a_citizen_finds_the_worst_and_why(walk: Walk, world: World) -> None:
    walk.open("/")
    box = walk.tab.locator("main input[name=q]")
    box.press_sequentially(world.indicador["title"][:12])
    option = walk.tab.locator("main [role=option]").first
    option.wait_for()
    walk.press(option)
    ranked = walk.tab.locator(".ms-ranked tbody th a").all_inner_texts()
    # The i-th municipality has the value i, and less is better or more is: the last or the first three.
    names = [place.nome for place in TERRITORY.municipios]
    assert ranked[:3] in (names[:-4:-1], names[:3])
    assert ranked[0] in walk.tab.locator(".ms-why").inner_text() and "de 79" in walk.tab.locator(".ms-why").inner_text()
    assert walk.clicks == 1


def test_a_citizen_reads_a_profile_and_takes_the_data(walk: Walk, world: World) -> None:
    walk.open("/municipios/japora")
    assert walk.tab.locator("h1").inner_text() == "Japorã"
    walk.tab.locator(".ms-menu summary").first.click()
    with walk.tab.expect_download() as taken:
        walk.tab.locator(".ms-menu a[download]").first.click()
    assert taken.value.suggested_filename.startswith("criticidade-")


# -- a prefeitura ------------------------------------------------------------------------------------------------------
def test_a_prefeitura_asks_to_join_in_one_form(walk: Walk, world: World) -> None:
    walk.log_in(world.people[PREFEITURA])
    walk.open("/adesao")
    walk.press(walk.link("Solicitar adesão"))
    for prefix, person in (("coordenador", COORDINATOR), ("ponto-0", FOCAL)):
        for field, value in person.items():
            walk.tab.fill(f"[name={prefix}-{field}]", value)
    # Without the signed term nothing is sent, and nothing that was typed is lost.
    walk.press(walk.tab.locator("button[value=enviar]"))
    assert walk.tab.locator(".ms-error, .ms-problems").count()
    assert walk.tab.input_value("[name=coordenador-nome]") == COORDINATOR["nome"]
    walk.tab.set_input_files("[name=upload]", {"name": "termo.pdf", "mimeType": "application/pdf", "buffer": PDF})
    walk.press(walk.tab.locator("button[value=enviar]"))
    assert re.search(r"MSA-\d{4}-\d{6}-\d", walk.said)
    walk.open("/adesao")
    assert "MSA-" in walk.tab.locator(".ms-own-request").inner_text()


def test_a_prefeitura_sends_evidence_from_what_needs_it(walk: Walk, world: World, day: Day) -> None:
    plan = cycle_plan(world)
    # The delivery is due in twenty days.
    day.at("2025-09-10")
    walk.log_in(world.people[PREFEITURA])
    walk.open("/meu-municipio")
    assert plan["titulo"] in walk.said
    walk.press(walk.tab.get_by_role("link", name=re.compile("^(Enviar evidência|Send evidence)")).first)
    walk.tab.fill("[name=descricao]", "Curso dado na escola.")
    walk.tab.fill("[name=data]", "2025-09-08")
    if walk.tab.locator("[name=quantidade]").count():
        walk.tab.fill("[name=quantidade]", "30")
    picture = photo()
    walk.tab.set_input_files("#f-upload", {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": picture.read()})
    walk.tab.wait_for_function("!document.querySelector('[data-ms-sending] progress')")
    walk.press(walk.button("Enviar"))
    found = world.do(EDITOR, "msativo_evidencia_list")["results"]
    assert [row["estado"] for row in found] == ["enviada"]


def cycle_plan(world: World) -> dict[str, Any]:
    """An approved plan of the prefeitura, in the cycle that is there already."""
    cycle_world.joined(world)
    acao = cycle_world.published(world)
    row = cycle_world.call(world, PREFEITURA, "plano_create", municipio=JAPORA, acoes=[acao["nome"]])
    row = cycle_world.call(world, PREFEITURA, "plano_submit", id=row["id"], versao=row["versao"])
    return cycle_world.call(world, EDITOR, "plano_decide", id=row["id"], versao=row["versao"], decisao="aprovar")


# -- a secretariat -----------------------------------------------------------------------------------------------------
def test_a_secretariat_reviews_the_evidence_of_its_queue(walk: Walk, world: World, day: Day) -> None:
    plan = cycle_plan(world)
    day.at("2025-08-10")
    delivery = world.do(EDITOR, "msativo_entrega_list", plano=plan["id"])["results"][0]
    cycle_world.sent(world, delivery["id"])
    walk.log_in(world.people[SECRETARIA])
    walk.open("/fila")
    walk.press(walk.tab.locator("main table a").first)
    walk.press(walk.tab.locator("button[value=iniciar_analise], button[value=analisar]").first)
    walk.tab.fill("[name=quantidade_aceita], [name=aceito], [name=quantidade]", "20")
    walk.tab.fill("textarea[name=nota]", "Vinte nomes estão na lista.")
    walk.press(walk.tab.locator("button[value=aceitar], button[value=aceitar_parte]").first)
    states = {row["estado"] for row in world.do(EDITOR, "msativo_evidencia_list")["results"]}
    assert states <= {"aceita", "aceita_em_parte", "parcial"}, states


# -- the coordenação ---------------------------------------------------------------------------------------------------
def test_the_coordenacao_answers_a_request_of_its_queue(walk: Walk, world: World) -> None:
    sent(world, "2025-07-15")
    walk.log_in(world.people[EDITOR])
    walk.open("/fila")
    walk.press(walk.tab.locator("main table a[href*='/adesoes/']").first)
    walk.press(walk.tab.locator("button[value=analisar]"))
    walk.press(walk.tab.locator("button[value=aprovar]"))
    assert [row["estado"] for row in world.do(EDITOR, "msativo_adesao_list")["results"]] == ["aprovada"]


def test_the_coordenacao_loads_figures_after_a_look(walk: Walk, world: World) -> None:
    rows = [(world.indicador["name"], code, 2021, float(i)) for i, code in enumerate(CODES, 1)]
    rows += [(world.indicador["name"], code, 2020, float(i)) for i, code in enumerate(CODES, 1)]
    walk.log_in(world.people[EDITOR])
    walk.open("/carregar")
    walk.tab.set_input_files("[name=upload]", {"name": "novo.csv", "mimeType": "text/csv", "buffer": tidy(rows)})
    walk.tab.select_option("[name=decimal]", ".")
    walk.press(walk.button("Ver o que mudaria"))
    assert "Nada foi gravado ainda" in walk.said
    walk.press(walk.button("Carregar 1 indicador"))
    assert "1 indicador foi carregado" in walk.said
    walk.press(walk.link("Ver o indicador"))


# -- without a mouse ---------------------------------------------------------------------------------------------------
MOST_TABS = 60
SAID = "(document.activeElement.getAttribute('aria-label') || document.activeElement.innerText || '')"


def to(tab: Any, *texts: str) -> None:
    """Press Tab until something that says one of the texts has the focus, which must be seen."""
    for _ in range(MOST_TABS):
        tab.keyboard.press("Tab")
        said = tab.evaluate(SAID)
        if any(text in said for text in texts):
            outline = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", said
            return
    raise AssertionError(f"{texts} is not reached in {MOST_TABS} presses of Tab")


def test_the_keyboard_alone_leads_from_the_search_to_a_comparison(walk: Walk, world: World) -> None:
    if "phone" in walk.name:
        pytest.skip("a phone has no Tab key")
    tab = walk.tab
    tab.goto("/")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "ms-skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "content"
    tab.keyboard.press("Tab")
    tab.keyboard.type("japora")
    tab.locator("main [role=option]").first.wait_for()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/municipios/japora")
    to(tab, "Comparar", "Compare")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/comparar?municipios=japora*")
    assert "Japorã" in walk.said
