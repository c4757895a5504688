"""Pages of the agenda, as somebody uses them without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup

from ckanext.msativo.tests.cycle_world import approved, call
from ckanext.msativo.tests.test_permissions_world import EDITOR, OUTSIDER, World
from ckanext.msativo.tests.test_permissions_world import (
    world as cycle,  # noqa: F401 - the fixture
)
from ckanext.msativo.tests.views.test_challenge_pages import Browser

# ruff: noqa: F811 - tests take the imported fixture by its name

FORM = {
    "titulo": "Ligar para a prefeitura",
    "texto": "Assunto da equipe.",
    "dono": "5004809",
    "prazo": "2099-12-20",
    "municipio": "",
    "prioridade": "alta",
}


@pytest.fixture
def portal(with_plugins: Any, clean_db: Any, clean_index: Any, clean_queues: Any, with_request_context: Any) -> None:
    """An empty portal, whatever the other page tests keep."""


def parsed(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.body, "html.parser")


def path(answer: Any) -> str:
    return str(answer.headers["Location"]).removeprefix("http://test.ckan.net")


def test_the_list_says_what_needs_attention_and_keeps_its_filters_in_the_address(cycle: World, app: Any) -> None:
    everyone, editor = Browser(app), Browser(app, cycle.user(EDITOR))
    assert everyone.get("/agenda").select_one(".ms-empty")
    approved(cycle)
    call(cycle, EDITOR, "agenda_run", "2025-12-10")
    everyone.post("/agenda/atualizar", 403)
    page = everyone.get("/agenda")
    rows = call(cycle, "anonymous", "agenda_list", "2025-12-10", aberta=True)
    titles = [link.text for link in page.select(".ms-agenda h2 a")]
    assert titles == [row["titulo"] for row in rows["results"]] and str(rows["count"]) in page.select_one("h1").text
    assert page.select_one(".ms-agenda .is-critico") and not page.select(
        "a[href$='/agenda/novo'], main form[method=post]"
    )
    assert page.select_one(".ms-nav a[aria-current]")["href"].endswith("/agenda")
    only = everyone.get("/agenda?regra=entrega_atrasada&municipio=japora&ordenar=prazo")
    assert len(only.select(".ms-agenda > li")) == 2
    assert only.select_one("#f-regra option[selected]")["value"] == "entrega_atrasada"
    assert "regra=entrega_atrasada" in only.select_one(".ms-switch a")["href"]
    assert everyone.get("/agenda?situacao=encerradas").select_one(".ms-empty")
    for wrong, status in (("situacao=x", 400), ("ordenar=x", 400), ("municipio=sucupira", 404), ("de=ninguem", 404)):
        everyone.get(f"/agenda?{wrong}", status)
    everyone.get("/agenda/99999", 404)
    everyone.get("/agenda/abc", 404)
    assert not everyone.get("/agenda").select("#f-de")
    mine = Browser(app, cycle.user("prefeitura-editor")).get("/agenda?de=minhas")
    assert len(mine.select(".ms-agenda > li")) == 2 and mine.select_one("#f-de option[selected]")
    editor.post("/agenda/atualizar", 302)


def test_an_item_is_moved_on_by_its_owner_with_the_word_and_the_version_that_were_seen(cycle: World, app: Any) -> None:
    approved(cycle)
    call(cycle, EDITOR, "agenda_run", "2025-12-10")
    row = call(cycle, EDITOR, "agenda_list", regra="entrega_atrasada")["results"][0]
    address = f"/agenda/{row['numero']}"
    everyone, owner, editor = (Browser(app, cycle.user(role)) for role in ("anonymous", "prefeitura-editor", EDITOR))
    page = everyone.get(address)
    assert row["porque"] in page.text and page.select_one("dl a[href*='/entregas/']")
    assert not page.select("main form") and not page.select("#comentarios")
    everyone.post(address, 403, passo="iniciar", versao="1")
    Browser(app, cycle.user(OUTSIDER)).post(address, 403, passo="comentar", comentario="x")
    page = owner.get(address)
    assert [button["value"] for button in page.select("#passo button")] == ["iniciar", "concluir"]
    version = page.select_one("input[name=versao]")["value"]
    owner.post(address, 302, passo="iniciar", versao=version, nota="Falamos com a escola.")
    page = parsed(editor.post(address, 409, passo="descartar", versao=version, nota="Minhas palavras"))
    assert page.select_one(".ms-problems li") and page.select_one("#f-nota").text == "Minhas palavras"
    page = parsed(editor.post(address, 400, passo="descartar", versao="2", nota=" "))
    assert page.select_one("#f-nota")["aria-invalid"] == "true" and page.select_one("#e-nota").text
    page = parsed(editor.post(address, 400, passo="comentar", comentario=" "))
    assert page.select_one("#e-comentario")
    editor.post(address, 302, passo="comentar", comentario="<b>Combinado</b> por telefone")
    editor.post(address, 400, passo="encerrar", versao="2")
    page = owner.get(address)
    assert "<b>Combinado</b> por telefone" in page.select_one("#comentarios").text
    assert "Falamos com a escola." in page.select_one("#ms-history ~ ol").text
    assert "Falamos com a escola." not in everyone.get(address).text


def test_an_item_is_added_and_changed_on_a_form(cycle: World, app: Any) -> None:
    editor, everyone = Browser(app, cycle.user(EDITOR)), Browser(app)
    everyone.get("/agenda/novo", 403)
    Browser(app, cycle.user("prefeitura-admin")).post("/agenda/novo", 403, **FORM)
    page = parsed(editor.post("/agenda/novo", 400, **{**FORM, "prazo": "20 de dezembro"}))
    assert page.select_one("#f-prazo")["aria-invalid"] == "true" and page.select_one("#f-titulo")["value"]
    address = path(editor.post("/agenda/novo", 302, **FORM))
    everyone.get(address, 404)
    page = editor.get(f"{address}/editar")
    assert page.select_one("#f-dono option[selected]")["value"] == "5004809"
    assert page.select_one("#f-prioridade option[selected]")["value"] == "alta"
    version = page.select_one("input[name=versao]")["value"]
    editor.post(f"{address}/editar", 302, **FORM, versao=version, publica="sim")
    page = parsed(editor.post(f"{address}/editar", 409, **{**FORM, "titulo": "Outro"}, versao=version))
    assert page.select_one("#f-titulo")["value"] == "Outro" and page.select_one(".ms-problems li")
    assert page.select_one("input[name=versao]")["value"] == version
    assert "Ligar para a prefeitura" in everyone.get(address).select_one("h1").text
    everyone.get(f"{address}/editar", 403)


def test_the_secret_address_is_shown_once_and_kept_nowhere(cycle: World, app: Any) -> None:
    admin, editor = Browser(app, cycle.user("prefeitura-admin")), Browser(app, cycle.user("prefeitura-editor"))
    assert admin.get("/agenda").select("a[href$='/agenda/calendario']")
    assert not editor.get("/agenda").select("a[href$='/agenda/calendario']")
    editor.get("/agenda/calendario", 403)
    org = cycle.orgs["prefeitura"]["id"]
    made = admin.post("/agenda/calendario", 200, passo="criar", organizacao=org)
    address = parsed(made).select_one("#f-endereco")["value"]
    assert "no-store" in made.headers["Cache-Control"] and "public" not in made.headers["Cache-Control"]
    assert "BEGIN:VCALENDAR" in Browser(app).get(address.removeprefix("http://test.ckan.net")).text
    again = admin.get("/agenda/calendario")
    assert address not in str(again) and again.select("button[value=revogar]")
    admin.post("/agenda/calendario", 403, passo="criar", organizacao=cycle.orgs["vizinha"]["id"])
    admin.post("/agenda/calendario", 302, passo="revogar", organizacao=org)
    Browser(app).get(address.removeprefix("http://test.ckan.net"), 404)
