"""The cycle through its pages alone, as people with a browser and no JavaScript go it."""

# ruff: noqa: F811 - tests take the imported fixture by its name

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from ckanext.msativo.tests import adesao_world
from ckanext.msativo.tests.adesao_world import JAPORA, NEIGHBOUR, PREFEITURA, SECRETS
from ckanext.msativo.tests.cycle_world import SECRETARIA, approved, call, draft, evidence, photo, review, sent
from ckanext.msativo.tests.test_permissions_world import (
    ANONYMOUS,
    EDITOR,
    Web,
    World,
    web,  # noqa: F401 - the fixture
    world,  # noqa: F401 - the fixture
)

assert adesao_world


class Browser:
    """One person's browser: opens pages, fills in their forms and presses buttons."""

    def __init__(self, web: Web, world: World, role: str) -> None:
        self.web = web
        web.log_in(world.user(role))

    def open(self, url: str, status: int = 200) -> BeautifulSoup:
        answer = self.web.get(url, follow_redirects=True)
        assert answer.status_code == status, answer.body[:2000]
        return BeautifulSoup(answer.body, "html.parser")

    def press(self, url: str, name: str, value: str, status: int = 200, **typed: Any) -> BeautifulSoup:
        """Fill in the form of a page that has this button, and press it."""
        page = self.open(url)
        button = (
            page.find("button", {"name": name, "value": value}) if name else page.select_one("main form button.btn")
        )
        assert button is not None, f"no button {value} on {url}"
        form = button.find_parent("form")
        data: dict[str, Any] = {name: value} if name else {}
        for field in form.select("input[name], textarea[name], select[name]"):
            kind = field.get("type")
            if kind in ("checkbox", "file") and not field.has_attr("checked"):
                continue
            chosen = field.select("option[selected]") or field.select("option")[:1]
            given = field.get("value", "") if field.name == "input" else field.text
            data[field["name"]] = chosen[0]["value"] if field.name == "select" and chosen else given
        data |= typed
        action = form.get("action") or url
        target = url if action.startswith("#") else action
        options = {"content_type": "multipart/form-data"} if "upload" in typed else {}
        answer = self.web.post(target, data=data, follow_redirects=True, **options)
        assert answer.status_code == status, answer.body[:3000]
        return BeautifulSoup(answer.body, "html.parser")


def test_a_plan_and_its_evidence_by_forms_alone(world: World, web: Web, subtests: Any) -> None:
    from datetime import date, timedelta

    from ckan.tests import helpers

    today = date.today()
    days = {"inicio": today - timedelta(days=60), "fim": today + timedelta(days=400)}
    days |= {"adesao_inicio": days["inicio"], "adesao_fim": days["fim"]}
    cycle = {name: day.isoformat() for name, day in days.items()}
    helpers.call_action("msativo_ciclo_create", id="agora", nome="Agora", **cycle)
    row = adesao_world.on(
        world,
        today.isoformat(),
        PREFEITURA,
        "create",
        municipio=JAPORA,
        coordenador=adesao_world.COORDINATOR,
        pontos_focais=[adesao_world.FOCAL],
        upload=adesao_world.pdf(),
    )
    for role, action, given in (
        (PREFEITURA, "submit", {}),
        (EDITOR, "start_analysis", {}),
        (EDITOR, "decide", {"decisao": "aprovar"}),
    ):
        row = adesao_world.on(world, today.isoformat(), role, action, id=row["id"], versao=row["versao"], **given)

    with subtests.test("a secretariat writes an action, the coordenação approves it"):
        browser = Browser(web, world, SECRETARIA)
        fields = {
            "titulo": "Formação continuada",
            "resumo": "Cursos.",
            "indicadores": world.indicador["name"],
            "e-0-titulo": "Formar professores",
            "e-0-dias": "100",
            "e-0-quantidade": "40",
            "e-0-unidade": "professores",
        }
        page = browser.press("/acoes/nova", "", "", secretaria=world.orgs["secretaria"]["name"], **fields)
        assert "Formar professores" in page.main.text
        browser.press("/acoes/formacao-continuada", "passo", "abrir_comentarios")
        Browser(web, world, EDITOR).press("/acoes/formacao-continuada", "passo", "aprovar")
        Browser(web, world, SECRETARIA).press("/acoes/formacao-continuada", "passo", "publicar")
        assert "Formação continuada" in Browser(web, world, ANONYMOUS).open("/acoes").main.text
    with subtests.test("the prefeitura makes its plan and sends it"):
        browser = Browser(web, world, PREFEITURA)
        page = browser.press(f"/planos/novo?municipio={JAPORA}", "", "", acoes="formacao-continuada")
        plan = call(world, PREFEITURA, "plano_list")["results"][0]["id"]
        wrong = browser.press(f"/planos/{plan}/editar", "passo", "enviar", 400, **{"e-0-prazo": "x", "e-0-meta": "55"})
        assert "prazo" in wrong.select_one("[role=alert]").text
        assert wrong.select_one("input[name=e-0-meta]")["value"] == "55"
        browser.press(f"/planos/{plan}/editar", "passo", "enviar")
        assert "Formar professores" not in Browser(web, world, NEIGHBOUR).open("/planos").main.text
        Browser(web, world, NEIGHBOUR).open(f"/planos/{plan}", 404)
        Browser(web, world, EDITOR).press(f"/planos/{plan}", "passo", "aprovar")
        assert "Formar professores" in Browser(web, world, ANONYMOUS).open(f"/planos/{plan}").main.text
    with subtests.test("evidence from a phone"):
        delivery = call(world, PREFEITURA, "plano_show", id=plan)["entregas"][0]["id"]
        browser = Browser(web, world, PREFEITURA)
        url = f"/evidencias/nova?entrega={delivery}"
        wrong = browser.press(url, "passo", "enviar", 400, descricao="Curso dado.")
        assert "Curso dado." in wrong.select_one("textarea[name=descricao]").text
        typed = {"descricao": "Curso dado.", "data": today.isoformat(), "quantidade": "40", "publicavel": "1"}
        image = photo()
        browser.press(url, "passo", "enviar", **typed, upload=(image.stream, "foto.jpg"))
    with subtests.test("the secretariat finds it in its queue, sees the photo and accepts it"):
        browser = Browser(web, world, SECRETARIA)
        line = browser.open("/evidencias").select_one("tbody a")
        page = browser.open(line["href"])
        image = page.select_one("figure img")["src"]
        shown = web.get(image)
        assert shown.status_code == 200 and b"Sigilosa" not in shown.data
        file = web.get(page.select_one("figure a")["href"])
        assert file.headers["Content-Disposition"].startswith("attachment")
        assert "no-store" in file.headers["Cache-Control"] and file.headers["X-Content-Type-Options"] == "nosniff"
        browser.press(line["href"], "passo", "aceitar", publicar="1")
        for url in (image, page.select_one("figure a")["href"]):
            web.log_in(None)
            assert web.get(url).status_code == 404
    with subtests.test("everyone sees what was published, and nothing else"):
        public = Browser(web, world, ANONYMOUS)
        pages = [
            public.open(url).text for url in ("/evidencias", line["href"], f"/planos/{plan}", f"/entregas/{delivery}")
        ]
        assert "Curso dado." in pages[1] and not any(word in page for page in pages for word in SECRETS)


def test_a_conflict_shows_both_and_loses_nothing(world: World, web: Web) -> None:
    plan = draft(world)
    browser = Browser(web, world, PREFEITURA)
    url = f"/planos/{plan['id']}/editar"
    first = {"titulo": "Meu plano", "versao": str(plan["versao"])}
    call(world, EDITOR, "plano_update", id=plan["id"], versao=plan["versao"], titulo="O plano da coordenação")
    page = browser.press(url, "passo", "salvar", 409, **first)
    assert "O plano da coordenação" in page.main.text
    assert page.select_one("input[name=titulo]")["value"] == "Meu plano"
    assert page.select_one("main input[name=versao]")["value"] == str(plan["versao"])


@pytest.mark.parametrize("estado", ["rascunho", "enviada", "devolvida"])
def test_evidence_that_is_not_public_has_no_page_for_others(world: World, web: Web, estado: str) -> None:
    delivery = approved(world)["entregas"][0]["id"]
    row = evidence(world, delivery) if estado == "rascunho" else sent(world, delivery)
    if estado == "devolvida":
        row = review(world, row, "devolver", nota="Faltou o carimbo")
    file = call(world, EDITOR, "evidencia_show", id=row["id"])["arquivos"][0]["id"]
    for role in (ANONYMOUS, NEIGHBOUR):
        browser = Browser(web, world, role)
        for url in (
            f"/evidencias/{row['id']}",
            f"/evidencias/{row['id']}/arquivos/{file}",
            f"/evidencias/{row['id']}/fotos/{file}",
        ):
            page = browser.open(url, 404)
            assert not any(word in page.text for word in SECRETS)
        assert row["id"] not in str(browser.open(f"/entregas/{delivery}")) + str(browser.open("/evidencias"))
