"""Pages of people and meetings, as somebody uses them without JavaScript."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories as ckan_factories

from ckanext.msativo.tests.people_world import (
    accounts_with,
    letters,  # noqa: F401 - the fixture
    roles_in,
)
from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    EDITOR,
    OUTSIDER,
    World,
)
from ckanext.msativo.tests.test_permissions_world import (
    world as people,  # noqa: F401 - the fixture
)
from ckanext.msativo.tests.views.test_challenge_pages import Browser

# ruff: noqa: F811 - tests take the imported fixture by its name

NEW = "nova@example.org"


@pytest.fixture
def portal(with_plugins: Any, clean_db: Any, clean_index: Any, clean_queues: Any, with_request_context: Any) -> None:
    """An empty portal, whatever the other page tests keep."""


def parsed(answer: Any) -> BeautifulSoup:
    return BeautifulSoup(answer.body, "html.parser")


def test_a_prefeitura_looks_after_its_people(people: World, letters: Any, app: Any, subtests: Any) -> None:
    admin, member, stranger, nobody = (
        Browser(app, people.user(role)) for role in ("prefeitura-admin", "prefeitura-member", OUTSIDER, "anonymous")
    )
    prefeitura = people.orgs["prefeitura"]
    org = {"organizacao": prefeitura["name"]}
    with subtests.test("who may see it"):
        assert len(admin.get("/pessoas").select(".ms-team")[0].select("li")) == 3
        page = member.get("/pessoas")
        assert len(page.select(".ms-team li")) == 3 and not page.select("#f-email") and not page.select("#ms-handover")
        assert [form["action"] for form in page.select("main form")] == ["/pessoas#ausencias"]
        nobody.get("/pessoas", 403)
        stranger.get("/pessoas", 403)
        member.get(f"/pessoas?organizacao={people.orgs['vizinha']['name']}", 403)
        member.get("/pessoas?organizacao=nenhuma", 404)
    with subtests.test("an invitation"):
        sent = {**org, "passo": "convidar", "email": "errado", "nome": "Nova", "papel": "editor"}
        page = parsed(admin.post("/pessoas", 400, **sent))
        field = page.select_one("#f-email")
        assert field["value"] == "errado" and field["aria-invalid"] == "true"
        assert page.select_one(f"#{field['aria-describedby']}").text
        admin.post("/pessoas", 302, **{**sent, "email": NEW})
        assert roles_in(prefeitura)[accounts_with(NEW)[0].name] == "editor"
        assert NEW in admin.get("/pessoas").text and NEW not in member.get("/pessoas").text
        member.post("/pessoas", 403, **{**sent, "email": "outra@example.org"})
    with subtests.test("a role, and no more"):
        user = accounts_with(NEW)[0]
        admin.post("/pessoas", 302, **org, passo="papel", usuario=user.id, papel="member")
        assert roles_in(prefeitura)[user.name] == "member"
        admin.post("/pessoas", 302, **org, passo="retirar", usuario=user.id)
        assert user.name not in roles_in(prefeitura)
        admin.post("/pessoas", 404, **org, passo="retirar", usuario=user.id)
        me = people.user("prefeitura-admin")
        assert me
        page = parsed(admin.post("/pessoas", 400, **org, passo="retirar", usuario=me["id"]))
        assert page.select_one("#ms-people ~ .ms-problems li")
        admin.post("/pessoas", 400, **org, passo="outro")
    with subtests.test("an absence"):
        editor = people.user("prefeitura-editor")
        assert editor and me
        days = {"inicio": "2099-01-04", "fim": "2099-01-15"}
        sent = {**org, "passo": "ausencia", "usuario": editor["id"], "substituto": me["id"], "motivo": "", **days}
        page = parsed(admin.post("/pessoas", 400, **{**sent, "substituto": editor["id"]}))
        assert (
            page.select_one("#ausencias details").has_attr("open")
            and page.select_one("#f-inicio")["value"] == days["inicio"]
        )
        admin.post("/pessoas", 302, **sent)
        page = admin.get("/pessoas")
        assert "4 jan 2099" in page.select_one("#ausencias").text
        identifier = page.select_one("#ausencias input[name=id]")["value"]
        member.post("/pessoas", 404, **org, passo="voltar", id=identifier)
        admin.post("/pessoas", 302, **org, passo="voltar", id=identifier)
        assert "2099" not in admin.get("/pessoas").select_one("#ausencias").text


def test_the_coordenacao_helps_every_organisation_and_names_contacts(people: World, app: Any) -> None:
    admin, editor, everyone = Browser(app, people.user(ADMIN)), Browser(app, people.user(EDITOR)), Browser(app)
    options = {one["value"] for one in admin.get("/pessoas").select("#f-organizacao option")}
    assert options == {org["name"] for org in people.orgs.values()}
    address = f"/pessoas?organizacao={people.orgs['prefeitura']['name']}"
    assert admin.get(address).select("#f-email") and not editor.get(address).select("#f-email")
    assert not admin.get(f"/pessoas?organizacao={people.orgs['outra']['name']}").select("#f-email")
    person = people.user(EDITOR)
    assert person
    sent = {"organizacao": people.orgs["prefeitura"]["name"], "passo": "contato", "objeto": "municipio/5004809"}
    editor.post("/pessoas", 302, **sent, usuario=person["id"])
    page = everyone.get("/municipios/japora")
    assert person["fullname"] in page.select_one("[aria-labelledby=ms-contact]").text
    assert person["email"] not in str(page)
    assert person["email"] in str(Browser(app, people.user("prefeitura-member")).get("/municipios/japora"))
    assert not everyone.get("/municipios/sete-quedas").select("[aria-labelledby=ms-contact]")
    # The form shows who it is now.
    assert editor.get(address).select_one("#f-contato option[selected]")["value"] == person["id"]


def test_a_handover_says_what_happens_before_it_does(people: World, letters: Any, app: Any) -> None:
    admin, vizinha = Browser(app, people.user("prefeitura-admin")), Browser(app, people.user("vizinha-admin"))
    address, before = "/pessoas/passagem/japora", roles_in(people.orgs["prefeitura"])
    vizinha.get(address, 403)
    vizinha.post(address, 403, nome="X", email=NEW, certeza="sim")
    admin.get("/pessoas/passagem/nenhum", 404)
    page = admin.get(address)
    for role in ("prefeitura-admin", "prefeitura-editor", "prefeitura-member"):
        person = people.user(role)
        assert person and person["fullname"] in page.select_one("#ms-what ~ ul").text
    page = parsed(admin.post(address, 400, nome="Prefeito Novo", email=NEW))
    assert page.select_one(".ms-error") and page.select_one("#f-email")["value"] == NEW
    assert roles_in(people.orgs["prefeitura"]) == before and letters.get_smtp_messages() == []
    admin.post(address, 302, nome="Prefeito Novo", email=NEW, certeza="sim")
    assert roles_in(people.orgs["prefeitura"]) == {accounts_with(NEW)[0].name: "admin"}
    admin.get(address, 403)
    assert "Prefeito Novo" in Browser(app, people.user(ADMIN)).get(address).select_one("#ms-log ~ ol").text


def test_the_account_menu_leads_to_the_people(people: World, app: Any) -> None:
    assert Browser(app, people.user("prefeitura-member")).get("/").select_one(".ms-account-menu a[href$='/pessoas']")
    assert Browser(app).get("/").select_one("footer a[href$='/reunioes']")


def test_meetings_are_written_and_changed_on_a_form(people: World, app: Any) -> None:
    editor, everyone = Browser(app, people.user(EDITOR)), Browser(app)
    assert everyone.get("/reunioes").select_one(".ms-empty") and not everyone.get("/reunioes").select(
        "a[href$='/nova']"
    )
    sent = {
        "titulo": "Monitoramento",
        "data": "2026-11-30",
        "hora": "14:30",
        "lugar": "Auditório",
        "municipio": "",
        "regiao": "",
        "ciclo": "",
        "participantes": "Maria Sigilosa\nJoão Reservado",
        "pauta": "",
        "decisoes": "",
    }
    page = parsed(editor.post("/reunioes/nova", 400, **{**sent, "data": "30 de novembro"}))
    assert page.select_one("#f-data")["aria-invalid"] == "true" and "Maria" in page.select_one("#f-participantes").text
    address = editor.post("/reunioes/nova", 302, **sent).headers["Location"].removeprefix("http://test.ckan.net")
    everyone.get(address, 404)
    form = editor.get(f"{address}/editar")
    version = form.select_one("input[name=versao]")["value"]
    assert form.select_one("#f-hora")["value"] == "14:30" and not form.select_one("input[name=publica]").has_attr(
        "checked"
    )
    editor.post(f"{address}/editar", 302, **sent, versao=version, publica="sim")
    page = everyone.get(address)
    assert "30 nov 2026" in page.text and "Sigilosa" not in str(page)
    assert "Sigilosa" in editor.get(address).text
    page = parsed(editor.post(f"{address}/editar", 409, **{**sent, "titulo": "Outra"}, versao=version))
    assert page.select_one(".ms-problems li") and page.select_one("#f-titulo")["value"] == "Outra"
    assert page.select_one("input[name=versao]")["value"] == version
    everyone.get("/reunioes/nova", 403)
    stranger = Browser(app, ckan_factories.User())
    stranger.post(f"{address}/editar", 403, **sent, versao="2")
