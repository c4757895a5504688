"""The State's contacts, absences with their cover, and the privacy notice."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup

from ckanext.msativo.logic import covering
from ckanext.msativo.model import Acao
from ckanext.msativo.tests import factories
from ckanext.msativo.tests.people_world import JAPORA, SETE_QUEDAS, TODAY, do, id_of, name_of, newcomer
from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    ANONYMOUS,
    EDITOR,
    EVERYBODY,
    OUTSIDER,
    REFUSALS,
    SYSADMIN,
    World,
    web,  # noqa: F401 - the fixture
    world,  # noqa: F401 - the fixture
)

# ruff: noqa: F811 - tests take the imported fixture by its name

OBJECT = f"municipio/{JAPORA}"


def name_contact(world: World, role: str, who: str, objeto: str = OBJECT) -> Any:
    return do(world, role, "contato_estado_set", objeto=objeto, usuario=name_of(world, who))


def contact(world: World, role: str, **of: str) -> dict[str, Any] | None:
    rows = do(world, role, "contato_estado_list", **of)["results"]
    return rows[0] if rows else None


# -- the State's contact -----------------------------------------------------------------------------------------------
def test_everyone_sees_who_answers_for_a_municipality_and_its_prefeitura_how_to_write(world: World) -> None:
    name_contact(world, EDITOR, "secretaria-editor")
    person = world.user("secretaria-editor")
    assert person
    for role in [*EVERYBODY, SYSADMIN]:
        shown = contact(world, role, municipio="Japorã")
        assert shown and shown["nome"] == person["fullname"]
        whole = role.startswith(("coordenacao", "outra")) or role == SYSADMIN
        assert (person["id"] in str(shown)) == whole and person["name"] not in str(shown)
        told = role.startswith(("prefeitura", "coordenacao", "outra")) or role == SYSADMIN
        assert ("email" in shown) == told, role
        assert (person["email"] in str(shown)) == told
    assert contact(world, ANONYMOUS, municipio=SETE_QUEDAS) is None


def test_a_contact_is_named_by_the_coordenacao_alone(world: World) -> None:
    for role in EVERYBODY:
        if not role.startswith(("coordenacao-editor", "coordenacao-admin", "outra")):
            for usuario in (name_of(world, EDITOR), ""):
                with pytest.raises(tk.NotAuthorized):
                    do(world, role, "contato_estado_set", objeto=OBJECT, usuario=usuario)
    assert contact(world, ANONYMOUS, municipio=JAPORA) is None
    name_contact(world, ADMIN, EDITOR)
    assert do(world, EDITOR, "contato_estado_set", objeto=OBJECT, usuario="") == {}
    assert contact(world, ANONYMOUS, municipio=JAPORA) is None


@pytest.mark.parametrize("who", [OUTSIDER, "prefeitura-admin", SYSADMIN])
def test_only_people_of_the_state_are_contacts(world: World, who: str) -> None:
    with pytest.raises(tk.ValidationError, match="usuario"):
        name_contact(world, EDITOR, who)
    with pytest.raises(tk.ValidationError, match="usuario"):
        do(world, EDITOR, "contato_estado_set", objeto=OBJECT, usuario="ninguém")


@pytest.mark.parametrize(
    "objeto", ["", "municipio", "municipio/", "municipio/Atlântida", "plano/1", "acao/nenhuma", "x" * 500]
)
def test_a_contact_is_for_something_that_there_is(world: World, objeto: str) -> None:
    with pytest.raises(REFUSALS):
        name_contact(world, EDITOR, EDITOR, objeto)


def test_who_leaves_the_state_is_nobodys_contact(world: World) -> None:
    name_contact(world, EDITOR, "secretaria-editor")
    who = {"organizacao": world.orgs["secretaria"]["id"], "usuario": name_of(world, "secretaria-editor")}
    do(world, "secretaria-admin", "pessoa_remove", **who)
    assert contact(world, ANONYMOUS, municipio=JAPORA) is None


def add_action(world: World, publicada: int | None) -> str:
    row = Acao(
        id=f"acao-{publicada}",
        nome=f"acao-{publicada}",
        secretaria_id=world.orgs["secretaria"]["id"],
        estado="rascunho",
        conteudo={"titulo": "Ação sigilosa"},
        publicada=publicada,
        criada_em=TODAY,
    )
    model.Session.add(row)
    model.repo.commit()
    return f"acao-{publicada}"


def test_a_secretariat_names_who_answers_for_its_own_actions_from_its_own_people(world: World) -> None:
    action = add_action(world, None)
    for role in ("prefeitura-admin", OUTSIDER, "coordenacao-member"):
        with pytest.raises(tk.NotAuthorized):
            name_contact(world, role, "secretaria-editor", f"acao/{action}")
    name_contact(world, "secretaria-editor", "secretaria-admin", f"acao/{action}")
    name_contact(world, "secretaria-editor", EDITOR, f"acao/{action}")
    other = newcomer(factories.Secretaria())
    with pytest.raises(tk.ValidationError, match="usuario"):
        do(world, "secretaria-editor", "contato_estado_set", objeto=f"acao/{action}", usuario=other["name"])
    with pytest.raises(tk.NotAuthorized):
        context: Any = {"user": other["name"], "ignore_auth": False}
        tk.get_action("msativo_contato_estado_set")(context, {"objeto": f"acao/{action}", "usuario": other["name"]})


def test_an_action_that_is_not_published_is_not_told_by_its_contact(world: World) -> None:
    action = add_action(world, None)
    name_contact(world, EDITOR, "secretaria-editor", f"acao/{action}")
    for role in EVERYBODY:
        seen = contact(world, role, acao=action)
        listed = "sigilosa" in str(do(world, role, "contato_estado_list"))
        assert bool(seen) == listed == role.startswith(("secretaria", "coordenacao", "outra")), role


# -- absences ----------------------------------------------------------------------------------------------------------
DAYS = {"inicio": "2026-11-23", "fim": "2026-11-27"}


def absent(world: World, role: str, who: str | None = None, cover: str = "prefeitura-member", **data: Any) -> Any:
    about = {"usuario": name_of(world, who)} if who else {}
    return do(world, role, "ausencia_create", **{**DAYS, **about, "substituto": name_of(world, cover), **data})


def acting(world: World, role: str) -> str:
    user = id_of(world, role)
    return covering.recipients([user], TODAY.date())[user]


def test_while_somebody_is_away_the_cover_acts(world: World) -> None:
    row = absent(world, "prefeitura-editor", motivo="Férias")
    assert (row["inicio"], row["fim"], row["motivo"]) == (DAYS["inicio"], DAYS["fim"], "Férias")
    assert acting(world, "prefeitura-editor") == id_of(world, "prefeitura-member")
    absent(world, "prefeitura-member", cover="prefeitura-admin")
    assert acting(world, "prefeitura-editor") == id_of(world, "prefeitura-admin")
    assert covering.covered(id_of(world, "prefeitura-admin"), TODAY.date()) == {
        id_of(world, "prefeitura-editor"),
        id_of(world, "prefeitura-member"),
    }
    do(world, "prefeitura-editor", "ausencia_delete", id=row["id"])
    assert acting(world, "prefeitura-editor") == id_of(world, "prefeitura-editor")


def test_an_administrator_tells_of_the_own_members_alone(world: World) -> None:
    absent(world, "prefeitura-admin", who="prefeitura-editor")
    for role in EVERYBODY:
        if role != "prefeitura-member":
            with pytest.raises(REFUSALS):
                absent(
                    world, role, who="prefeitura-member", cover="prefeitura-admin"
                ) if role != "prefeitura-admin" else absent(world, role, who="vizinha-admin")


@pytest.mark.parametrize("cover", ["prefeitura-editor", "vizinha-admin", EDITOR, OUTSIDER, SYSADMIN])
def test_a_cover_is_another_person_of_the_same_organisation(world: World, cover: str) -> None:
    with pytest.raises(tk.ValidationError, match="substituto"):
        absent(world, "prefeitura-editor", cover=cover)


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"inicio": "2026-11-27", "fim": "2026-11-23"}, "fim"),
        ({"inicio": "2026-11-01", "fim": "2026-11-02"}, "fim"),
        ({"inicio": "amanhã"}, "inicio"),
        ({"fim": ""}, "fim"),
        ({"inicio": "2026-11-27", "fim": "2026-12-30"}, "inicio"),
    ],
)
def test_days_that_cannot_be_are_refused_at_their_field(world: World, days: dict[str, str], field: str) -> None:
    absent(world, "prefeitura-editor")
    with pytest.raises(tk.ValidationError) as refused:
        absent(world, "prefeitura-editor", **days)
    assert list(refused.value.error_dict) == [field]


def test_an_absence_is_seen_by_who_it_concerns_and_its_reason_by_fewer(world: World) -> None:
    row = absent(world, "prefeitura-editor", motivo="Motivo particular")
    seen = {}
    for role in EVERYBODY:
        try:
            found = do(world, role, "ausencia_list")["results"]
        except tk.NotAuthorized:
            continue
        if found:
            seen[role] = "Motivo particular" in str(found)
    assert seen == {"prefeitura-editor": True, "prefeitura-member": False, "prefeitura-admin": True}
    for role in EVERYBODY:
        if role not in ("prefeitura-editor", "prefeitura-admin"):
            with pytest.raises(REFUSALS):
                do(world, role, "ausencia_delete", id=row["id"])


def test_the_contact_of_a_municipality_tells_who_covers_today(world: World) -> None:
    name_contact(world, EDITOR, EDITOR)
    absent(world, EDITOR, cover=ADMIN)
    cover = world.user(ADMIN)
    assert cover
    shown = contact(world, ANONYMOUS, municipio=JAPORA)
    assert shown and shown["substituto"] == cover["fullname"] and cover["email"] not in str(shown)
    own = contact(world, "prefeitura-member", municipio=JAPORA)
    assert own and own["substituto_email"] == cover["email"]


# -- the privacy notice ------------------------------------------------------------------------------------------------
def test_the_notice_is_confirmed_once_per_version(world: World, ckan_config: Any, monkeypatch: Any) -> None:
    assert do(world, ANONYMOUS, "privacidade_show") == {"versao": "1", "em": None}
    with pytest.raises(tk.NotAuthorized):
        do(world, ANONYMOUS, "privacidade_accept", versao="1")
    with pytest.raises(tk.ValidationError, match="versao"):
        do(world, EDITOR, "privacidade_accept", versao="0")
    first = do(world, EDITOR, "privacidade_accept", versao="1")
    assert first["em"] and do(world, EDITOR, "privacidade_accept", versao="1") == first
    assert do(world, ADMIN, "privacidade_show")["em"] is None
    monkeypatch.setitem(ckan_config, "msativo.privacidade.versao", "2")
    assert do(world, EDITOR, "privacidade_show") == {"versao": "2", "em": None}
    with pytest.raises(tk.ValidationError, match="versao"):
        do(world, EDITOR, "privacidade_accept", versao="1")


def test_the_line_stands_above_every_page_until_it_is_read(world: World, web: Any) -> None:
    headers = web.token(world.user("prefeitura-editor"))
    for address in ("/", "/municipios", "/dataset", "/about", "/organization", "/adesoes?situacao=abertas"):
        page = web.get(address, headers=headers)
        assert page.status_code == 200 and page.body.count("ms-notice-row") == 1, address
        assert "ms-notice-row" not in web.get(address).body
    assert "ms-notice-row" not in web.get("/privacidade", headers=headers).body
    sent = {"aviso_versao": "1", "next": "/adesoes?situacao=abertas"}
    answer = web.post("/privacidade", data=sent, headers=headers, follow_redirects=False)
    assert answer.headers["Location"].removeprefix("http://test.ckan.net") == "/adesoes?situacao=abertas"
    assert "ms-notice-row" not in web.get("/", headers=headers).body


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://outro.example.org/",
        "//outro.example.org/",
        "/\\outro.example.org",
        "\\\\outro.example.org",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=1",
        "/\t/outro.example.org",
        " //outro.example.org",
        "http:outro.example.org",
    ],
)
def test_the_button_leads_to_no_other_site(world: World, web: Any, elsewhere: str) -> None:
    headers = web.token(world.user("prefeitura-editor"))
    sent = {"aviso_versao": "1", "next": elsewhere}
    answer = web.post("/privacidade", data=sent, headers=headers, follow_redirects=False)
    assert answer.status_code == 302
    assert answer.headers["Location"].removeprefix("http://test.ckan.net") == "/privacidade"
    other = web.token(world.user(EDITOR))
    page = BeautifulSoup(web.get("/privacidade", query_string={"next": elsewhere}, headers=other).body, "html.parser")
    assert page.select_one("main input[name=next]")["value"] == ""  # pyright: ignore[reportOptionalSubscript]


def test_the_notice_can_be_read_without_an_account(world: World, web: Any) -> None:
    page = web.get("/privacidade")
    assert page.status_code == 200 and "LGPD" in page.body and "<form method" not in page.body.split("<main")[1]
