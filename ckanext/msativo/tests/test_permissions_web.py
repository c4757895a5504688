"""The forms of CKAN's pages give no right that the actions do not give, and no page of another site uses them."""

from __future__ import annotations

import re
from typing import Any

import ckan.model as model
import pytest
from ckan.config.middleware.flask_app import csrf
from ckan.tests import helpers

from ckanext.msativo.tests.test_permissions_loader import LOADED, loaded
from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    ANONYMOUS,
    EDITOR,
    OUTSIDER,
    STRANGERS,
    SYSADMIN,
    Web,
    World,
    portal_state,
    web,  # noqa: F401 - the fixture
    world,  # noqa: F401 - the fixture
)

# ruff: noqa: F811 - tests take the imported fixture by its name


def csrf_token(web: Web, page: str) -> dict[str, str]:
    """The token in a page's form, as the browser would send it back."""
    found = re.search(
        r'name="(_csrf_token)"[^>]*content="([^"]+)"|name="_csrf_token"[^>]*value="([^"]+)"', web.get(page).body
    )
    return {"_csrf_token": found.group(2) or found.group(3)} if found else {}


def submit(web: Web, url: str, data: dict[str, Any], page: str = "/about") -> Any:
    return web.post(url, data={**csrf_token(web, page), **data}, follow_redirects=False)


def dataset_form(world: World, **changes: Any) -> dict[str, str]:
    """What the browser sends from the indicator's form."""
    shown = world.shown()
    fields = (
        "title",
        "name",
        "notes",
        "owner_org",
        "area",
        "unidade",
        "casas",
        "polaridade",
        "tipo",
        "regra",
        "grupo_referencia",
        "cobertura_minima",
        "tolerancia",
        "agencia",
        "fonte_nome",
        "license_id",
    )
    return {**{field: str(shown.get(field, "")) for field in fields}, "tag_string": "", "save": "", **changes}


def org_form(world: World, org: str, **changes: Any) -> dict[str, str]:
    shown = helpers.call_action("organization_show", id=world.orgs[org]["id"])
    return {
        "title": shown["title"],
        "name": shown["name"],
        "description": shown["description"] or "",
        "save": "",
        **changes,
    }


def test_the_form_of_an_indicator_works_for_its_coordenacao_and_keeps_what_was_loaded(world: World, web: Web) -> None:
    url, before = f"/indicador/edit/{world.indicador['name']}", loaded(world)
    for role, title in ((EDITOR, "Pela editora"), (ADMIN, "Pelo administrador"), (SYSADMIN, "Pelo portal")):
        web.log_in(world.people[role])
        assert web.get(url).status_code == 200
        answer = submit(web, url, dataset_form(world, title=title), page=url)
        assert answer.status_code == 302, answer.body
        assert (world.shown()["title"], loaded(world)) == (title, before)


def test_the_form_of_an_indicator_forges_nothing_that_was_loaded(world: World, web: Web, subtests: Any) -> None:
    for field in LOADED:
        with subtests.test(str(field)):
            url, before = f"/indicador/edit/{world.indicador['name']}", portal_state(world)
            web.log_in(world.people[EDITOR])
            for forgery in ({field: "2099"}, {"extras__0__key": field, "extras__0__value": "2099"}):
                answer = submit(web, url, dataset_form(world, **forgery), page=url)
                assert answer.status_code == 200
            assert portal_state(world) == before


def test_the_forms_of_an_indicator_are_closed_to_strangers(world: World, web: Web) -> None:
    name, before = world.indicador["name"], portal_state(world)
    forms: list[tuple[str, dict[str, Any]]] = [
        (f"/indicador/edit/{name}", dataset_form(world, title="Tomado")),
        (f"/dataset/edit/{name}", dataset_form(world, title="Tomado")),
        (f"/indicador/delete/{name}", {}),
        (f"/dataset/delete/{name}", {}),
        (
            f"/indicador/{name}/resource/new",
            {"url": "http://example.org/x", "name": "x", "save": "go-metadata", "id": ""},
        ),
        (f"/indicador/{name}/resource/{world.resource}/edit", {"url": "http://example.org/x", "save": ""}),
        (f"/indicador/{name}/resource/{world.resource}/delete", {}),
        (f"/indicador/{name}/dictionary/{world.resource}", {"info__1__label": "x"}),
        (f"/indicador/{name}/resource/{world.resource}/new_view", {"view_type": "text_view", "title": "x", "save": ""}),
        (
            f"/organization/bulk_process/{world.orgs['coordenacao']['name']}",
            {f"dataset_{world.indicador['id']}": "on", "bulk_action.delete": "delete"},
        ),
        ("/indicador/new", dataset_form(world, name="novo", title="Novo", _ckan_phase="")),
    ]
    for role in STRANGERS:
        web.log_in(world.people[role])
        for url, data in forms:
            if (role, url) == ("outra-editor", "/indicador/new"):
                continue
            answer = submit(web, url, data)
            assert answer.status_code in (302, 400, 403, 404, 405) or role in url, (role, url, answer.status_code)
            if answer.status_code == 302:
                assert "/user/login" in answer.location, (role, url, answer.location)
        assert portal_state(world) == before, role


def test_the_form_of_an_organisation_describes_and_decides_nothing(world: World, web: Web) -> None:
    name = world.orgs["prefeitura"]["name"]
    url, before = f"/organization/edit/{name}", portal_state(world)['"group"']
    web.log_in(world.people["prefeitura-admin"])
    for forgery in (
        {"kind": "coordenacao"},
        {"kind": "coordenacao", "codigo_ibge": ""},
        {"codigo_ibge": "5007703"},
        {"state": "deleted"},
        {"extras__0__key": "kind", "extras__0__value": "coordenacao"},
    ):
        submit(web, url, org_form(world, "prefeitura", **forgery), page=url)
        assert portal_state(world)['"group"'] == before, forgery
    # CKAN's own schema knows this one.
    submit(web, url, org_form(world, "prefeitura", is_organization=""), page=url)
    assert portal_state(world)['"group"'] == before
    kind = {"kind": "municipio", "codigo_ibge": "5004809"}
    for fields in ({}, kind):
        title = f"Prefeitura nova {len(fields)}"
        assert submit(web, url, org_form(world, "prefeitura", title=title, **fields), page=url).status_code == 302
        shown = helpers.call_action("organization_show", id=name)
        assert {key: shown[key] for key in ("title", *kind)} == {"title": title, **kind}
    before = portal_state(world)['"group"']
    for role in (ANONYMOUS, OUTSIDER, "prefeitura-editor", "vizinha-admin", ADMIN):
        web.log_in(world.people[role])
        submit(web, url, org_form(world, "prefeitura", title="Tomada"))
        submit(web, f"/organization/delete/{name}", {})
        submit(
            web, "/organization/new", {**org_form(world, "prefeitura"), "name": f"nova-{role}", "kind": "secretaria"}
        )
        assert portal_state(world)['"group"'] == before, role


def test_pages_about_members_open_for_members_alone(world: World, web: Web) -> None:
    org, person = world.orgs["prefeitura"]["name"], world.people["prefeitura-editor"]
    assert person
    for role in (ANONYMOUS, OUTSIDER, "vizinha-admin", "secretaria-admin"):
        web.log_in(world.people[role])
        for page in (
            f"/organization/members/{org}",
            f"/organization/manage_members/{org}",
            f"/organization/member_dump/{org}",
        ):
            answer = web.get(page)
            assert person["name"] not in answer.body and person["email"] not in answer.body
        assert web.get(f"/organization/{org}").status_code == 200
        assert person["name"] not in web.get(f"/organization/about/{org}").body
    for role in ("prefeitura-member", "prefeitura-admin", SYSADMIN):
        web.log_in(world.people[role])
        assert person["name"] in web.get(f"/organization/members/{org}").body
    web.log_in(world.people["prefeitura-admin"])
    assert person["name"] in web.get(f"/organization/manage_members/{org}").body


def test_pages_of_ckan_open_for_everyone_they_are_meant_for(world: World, web: Web) -> None:
    """The bounds on reading people break no page of CKAN's."""
    pages = [
        f"/indicador/{world.indicador['name']}",
        "/dataset/",
        "/organization/",
        "/group/",
        f"/organization/{world.orgs['coordenacao']['name']}",
    ]
    for role in (ANONYMOUS, OUTSIDER, "prefeitura-member", EDITOR, SYSADMIN):
        web.log_in(world.people[role])
        person = world.people[role]
        own = [f"/user/{person['name']}", "/dashboard/datasets", "/dashboard/organizations"] if person else []
        others = [f"/user/{world.people['prefeitura-editor']['name']}"] if person else []
        for page in pages + own + others:
            assert web.get(page).status_code == 200, (role, page)
    web.log_in(None)
    assert web.get(f"/user/{world.people['prefeitura-editor']['name']}").status_code in (302, 403, 404, 200)
    assert (
        world.people["prefeitura-editor"]["fullname"]
        not in web.get(f"/user/{world.people['prefeitura-editor']['name']}").body
    )


@pytest.fixture
def fresh_process(web: Web) -> None:
    """CKAN remembers in the process which views it has exempted."""
    csrf._exempt_views.clear()


def test_a_form_without_its_token_is_refused(world: World, web: Web, fresh_process: None) -> None:
    url, before = f"/indicador/edit/{world.indicador['name']}", portal_state(world)
    web.log_in(world.people[EDITOR])
    for data in (dataset_form(world, title="Tomado"), {**dataset_form(world, title="Tomado"), "_csrf_token": "forged"}):
        assert web.post(url, data=data, follow_redirects=False).status_code == 400
    assert portal_state(world) == before
    assert web.post("/api/3/action/package_patch", json={"id": world.target, "title": "Tomado"}).status_code == 400
    assert portal_state(world) == before


@pytest.mark.parametrize("visit", ["page", "api"])
def test_a_form_without_its_token_is_refused_also_after_an_anonymous_visit(
    world: World, web: Web, fresh_process: None, visit: str
) -> None:
    url = f"/indicador/edit/{world.indicador['name']}"
    web.log_in(None)
    web.get(url)
    web.get("/api/3/action/package_list")
    before = portal_state(world)
    web.log_in(world.people[EDITOR])
    if visit == "page":
        answer = web.post(url, data=dataset_form(world, title="Tomado"), follow_redirects=False)
    else:
        answer = web.post("/api/3/action/package_patch", json={"id": world.target, "title": "Tomado"})
    assert answer.status_code == 400
    assert portal_state(world) == before


def test_a_token_of_the_api_needs_no_form_token(world: World, web: Web) -> None:
    answer = web.api(world.people[EDITOR], "package_patch", id=world.target, title="Por programa")
    assert (answer.status_code, world.shown()["title"]) == (200, "Por programa")
    model.Session.rollback()
