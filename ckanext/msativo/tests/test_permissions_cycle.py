"""What the programme published is its own to write: no route of CKAN changes it, no call takes what is ours to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.tests import helpers

from ckanext.msativo.tests.adesao_world import JAPORA, NEIGHBOUR, PREFEITURA, pdf
from ckanext.msativo.tests.cycle_world import (
    SECRETARIA,
    call,
    review,
)
from ckanext.msativo.tests.people_world import name_of
from ckanext.msativo.tests.permissions_cycle_world import (
    ALIEN,
    ATTACKERS,
    STRANGERS,
    TYPES,
    Cycle,
    attempt,
    contents,
    cycle,  # noqa: F401 - the fixture
    made,
    make_world,
    web,  # noqa: F401 - the fixture
)
from ckanext.msativo.tests.test_permissions_web import csrf_token
from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    EDITOR,
    SYSADMIN,
    Web,
)
from ckanext.msativo.tests.test_permissions_world import world as make_world  # noqa: F401 - the fixture

# ruff: noqa: F811 - tests take the imported fixtures by their names


# -- writing -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Dataset:
    """A public dataset of the programme as it is shown, for the attacks to change."""

    cycle: Cycle
    shown: dict[str, Any]

    @property
    def id(self) -> str:
        return self.shown["id"]

    @property
    def resource(self) -> str:
        return self.shown["resources"][0]["id"] if self.shown["resources"] else "nenhum"

    def org(self, name: str) -> str:
        return self.cycle.world.orgs[name]["id"]

    def person(self, role: str) -> str:
        return name_of(self.cycle.world, role)


FORGED = {"title": "Forjado", "notes": "Forjado", "private": True}
Data = Callable[[Dataset], dict[str, Any]]
ROUTES: dict[str, tuple[str, Data]] = {
    "create": ("package_create", lambda d: {**d.shown, "id": None, "name": "forjado", "resources": []}),
    "create with the id": ("package_create", lambda d: {**d.shown, "name": "forjado", "resources": []}),
    "create for another": (
        "package_create",
        lambda d: {"type": d.shown["type"], "name": "f", "owner_org": d.org("vizinha")},
    ),
    "update": ("package_update", lambda d: {**d.shown, **FORGED}),
    "update by name": ("package_update", lambda d: {**d.shown, **FORGED, "id": d.shown["name"]}),
    "update without an id": ("package_update", lambda d: {**d.shown, **FORGED, "id": None}),
    "update by a list": ("package_update", lambda d: {**d.shown, **FORGED, "id": [d.id]}),
    "update by an object": ("package_update", lambda d: {**d.shown, **FORGED, "id": {"id": d.id}}),
    "patch by a list": ("package_patch", lambda d: {"id": [d.id], **FORGED}),
    "delete by a list": ("package_delete", lambda d: {"id": [d.id]}),
    "delete by an object": ("package_delete", lambda d: {"id": {"id": d.id}}),
    "purge by a list": ("dataset_purge", lambda d: {"id": [d.id]}),
    "move by a list": ("package_owner_org_update", lambda d: {"id": [d.id], "organization_id": d.org("alheia")}),
    "table by a list": (
        "datastore_create",
        lambda d: {"resource_id": [d.resource], "force": True, "fields": [{"id": "a"}], "records": [{"a": "1"}]},
    ),
    "table by an object": (
        "datastore_create",
        lambda d: {"resource_id": {"id": d.resource}, "force": True, "fields": [{"id": "a"}]},
    ),
    "update to another type": ("package_update", lambda d: {**d.shown, "type": "dataset"}),
    "patch": ("package_patch", lambda d: {"id": d.id, **FORGED}),
    "patch the owner": ("package_patch", lambda d: {"id": d.id, "owner_org": d.org("vizinha")}),
    "patch to deleted": ("package_patch", lambda d: {"id": d.id, "state": "deleted"}),
    "patch to draft": ("package_patch", lambda d: {"id": d.id, "state": "draft"}),
    "patch the groups": ("package_patch", lambda d: {"id": d.id, "groups": []}),
    "revise": ("package_revise", lambda d: {"match": {"id": d.id}, "update": FORGED}),
    "revise flat": ("package_revise", lambda d: {"match__name": d.shown["name"], "update__title": "Forjado"}),
    "delete": ("package_delete", lambda d: {"id": d.id}),
    "delete by name": ("package_delete", lambda d: {"id": d.shown["name"]}),
    "purge": ("dataset_purge", lambda d: {"id": d.id}),
    "purge by name": ("dataset_purge", lambda d: {"id": d.shown["name"]}),
    **{
        f"bulk {what}": (
            f"bulk_update_{what}",
            lambda d: {"datasets": [d.id], "org_id": d.shown["owner_org"]},
        )
        for what in ("private", "delete")
    },
    "move": ("package_owner_org_update", lambda d: {"id": d.id, "organization_id": d.org("alheia")}),
    "leave": ("package_owner_org_update", lambda d: {"id": d.id, "organization_id": None}),
    "add a resource": ("resource_create", lambda d: {"package_id": d.id, "url": "http://example.org"}),
    "upload a resource": ("resource_create", lambda d: {"package_id": d.id, "upload": pdf()}),
    "change a resource": ("resource_update", lambda d: {"id": d.resource, "upload": pdf(b"%PDF-x")}),
    "patch a resource": ("resource_patch", lambda d: {"id": d.resource, "name": "Forjado"}),
    "delete a resource": ("resource_delete", lambda d: {"id": d.resource}),
    "order the resources": ("package_resource_reorder", lambda d: {"id": d.id, "order": []}),
    "table": (
        "datastore_create",
        lambda d: {"resource_id": d.resource, "force": True, "fields": [{"id": "a"}], "records": [{"a": "1"}]},
    ),
    "new table": (
        "datastore_create",
        lambda d: {"resource": {"package_id": d.id, "name": "x"}, "fields": [{"id": "a", "type": "text"}]},
    ),
    "rows": (
        "datastore_upsert",
        lambda d: {"resource_id": d.resource, "force": True, "method": "insert", "records": [{"a": "1"}]},
    ),
    "no rows": ("datastore_delete", lambda d: {"resource_id": d.resource, "force": True}),
    "view": (
        "resource_view_create",
        lambda d: {"resource_id": d.resource, "view_type": "text_view", "title": "Forjado"},
    ),
    "collaborator": (
        "package_collaborator_create",
        lambda d: {"id": d.id, "user_id": d.person(NEIGHBOUR), "capacity": "editor"},
    ),
    "relationship": (
        "package_relationship_create",
        lambda d: {"subject": d.id, "object": d.cycle.world.target, "type": "depends_on"},
    ),
    "member of another organisation": (
        "member_create",
        lambda d: {"id": d.org("alheia"), "object": d.id, "object_type": "package", "capacity": "public"},
    ),
    "no member of its organisation": (
        "member_delete",
        lambda d: {"id": d.shown["owner_org"], "object": d.id, "object_type": "package"},
    ),
    "member of a group": (
        "member_create",
        lambda d: {"id": d.cycle.group, "object": d.id, "object_type": "package", "capacity": "public"},
    ),
    "member by name of a group": (
        "member_create",
        lambda d: {"id": d.cycle.group, "object": d.shown["name"], "object_type": "package", "capacity": "public"},
    ),
    "group with it": (
        "group_update",
        lambda d: {"id": d.cycle.group, "name": "grupo-alheio", "packages": [{"name": d.shown["name"]}]},
    ),
    "group patched with it": ("group_patch", lambda d: {"id": d.cycle.group, "packages": [{"id": d.id}]}),
    "activity": (
        "activity_create",
        lambda d: {"user_id": d.person(SYSADMIN), "object_id": d.id, "activity_type": "changed package"},
    ),
    "organisation deleted": ("organization_delete", lambda d: {"id": d.shown["owner_org"]}),
}
WITH_FILES = {name for name, (route, _) in ROUTES.items() if "resource" in route and route != "resource_create"}
OF_A_SYSADMIN = {"view", "relationship", "activity", "organisation deleted"}
"""What an administrator of the portal may do beside a dataset, as with every other; the dataset stays as it is."""


@pytest.mark.parametrize("kind", TYPES)
def test_no_route_of_ckan_writes_what_the_programme_published(cycle: Cycle, kind: str, subtests: Any) -> None:
    dataset = Dataset(cycle, helpers.call_action("package_show", id=cycle.public[kind]))
    assert not dataset.shown["private"] and (kind != "evidencia" or dataset.shown["resources"])
    before = contents()
    for name, (route, data) in ROUTES.items():
        if name in WITH_FILES and not dataset.shown["resources"]:
            continue
        with subtests.test(name):
            roles = [role for role in ATTACKERS if role != SYSADMIN or name not in OF_A_SYSADMIN]
            let = [role for role in roles if not attempt(cycle.world, role, route, data(dataset))]
            after = contents()
            changed = {table for table in before if before[table] != after[table]}
            before = after
            assert (changed, let) == (set(), [])
    with subtests.test("the portal's own context forges nothing either"):
        with pytest.raises(tk.NotAuthorized):
            helpers.call_action("package_patch", id=dataset.id, **FORGED)
        model.Session.rollback()
        assert contents() == before


def test_following_a_dataset_changes_nothing_of_it(cycle: Cycle) -> None:
    before = contents()
    for kind in TYPES:
        cycle.world.do(NEIGHBOUR, "follow_dataset", id=cycle.public[kind])
        cycle.world.do(NEIGHBOUR, "unfollow_dataset", id=cycle.public[kind])
    assert contents() == before


FORM_USERS = ("prefeitura-admin", "secretaria-admin", ADMIN, SYSADMIN)


def test_the_forms_of_ckan_write_nothing_either(cycle: Cycle, web: Web, subtests: Any) -> None:
    before = contents()
    for role in FORM_USERS:
        web.log_in(cycle.world.people[role])
        token = csrf_token(web, "/about")
        assert token
        for kind in TYPES:
            shown = helpers.call_action("package_show", id=cycle.public[kind])
            for url, data in _forms(cycle, shown):
                with subtests.test(f"{url.replace(shown['id'], kind)} by {role}"):
                    try:
                        status = web.post(url, data={**token, **data}, follow_redirects=False).status_code
                    except tk.NotAuthorized:
                        # CKAN's page of a dataset's groups does not catch its own refusal.
                        assert "/groups/" in url
                        continue
                    # A form that is shown again refuses as well as "forbidden".
                    assert status in (200, 302, 400, 403, 404, 405)
        with subtests.test(f"nothing changed by {role}"):
            after = contents()
            assert {table for table in before if before[table] != after[table]} == set()


def _forms(cycle: Cycle, shown: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    fields = {name: str(shown.get(name) or "") for name in ("name", "notes", "owner_org", "codigo_ibge", "ciclo")}
    typed, at = {**fields, "title": "Forjado", "save": ""}, f"{shown['type']}/{shown['id']}"
    for prefix in (shown["type"], "dataset"):
        yield f"/{prefix}/edit/{shown['id']}", typed
        yield f"/{prefix}/delete/{shown['id']}", {}
    yield f"/{shown['type']}/new", {**typed, "name": "forjado", "_ckan_phase": ""}
    yield f"/{at}/resource/new", {"id": "", "url": "http://example.org", "name": "F", "save": "again"}
    yield f"/{shown['type']}/groups/{shown['id']}", {"group_added": cycle.group}
    yield f"/{shown['type']}/collaborators/{shown['id']}/new", {"username": "x", "capacity": "editor"}
    for resource in shown["resources"][:1]:
        yield f"/{at}/resource/{resource['id']}/edit", {"url": "http://example.org", "save": ""}
        yield f"/{at}/resource/{resource['id']}/delete", {}
    org = cycle.world.org("secretaria" if shown["type"] == "acao" else "prefeitura")
    for what in ("delete", "private", "public"):
        data = {f"dataset_{shown['id']}": "on", f"bulk_action.{what}": what}
        yield f"/organization/bulk_process/{org['name']}", data


def test_the_type_of_a_form_is_that_of_its_address(cycle: Cycle, web: Web) -> None:
    """A secretariat's own plain dataset does not become one of the programme by a field that nobody sees."""
    web.log_in(cycle.world.people["secretaria-admin"])
    typed = {"title": "F", "name": "forjado-na-forma", "owner_org": cycle.world.orgs["secretaria"]["id"], "save": ""}
    data = {**csrf_token(web, "/about"), **typed, "type": "acao", "_ckan_phase": "", "private": "False"}
    web.post("/dataset/new", data=data, follow_redirects=False)
    model.Session.rollback()
    row = model.Package.get("forjado-na-forma")
    assert row is None or row.type == "dataset"
    if row is not None:
        helpers.call_action("dataset_purge", id=row.id)


# -- fields from outside -----------------------------------------------------------------------------------------------
LATE = "2099-01-01"
GIVEN: dict[str, Any] = {
    "estado": "forjado",
    "numero": 999_999,
    "protocolo": "forjado",
    "codigo_ibge": "forjado",
    "ciclo_id": "forjado",
    "aprovada_em": LATE,
    "enviada_em": LATE,
    "criada_em": LATE,
    "respondida_em": LATE,
    "encerrada_em": LATE,
    "publicada": 999_999,
    "quantidade_aceita": 999_999,
    "revisor_id": "forjado",
    "em_nome_de": "forjado",
    "autor": "forjado",
    "autoria_id": "forjado",
    "papel": "forjado",
    "secretaria_id": "forjado",
    "entrega_id": "forjado",
    "plano_id": "forjado",
    "acao_id": "forjado",
    "dono_id": "forjado",
    "regra": "forjado",
    "objeto": "forjado",
    "fatos": {"forjado": 1},
    "proposta": [{"titulo": "forjado"}],
    "conteudo": {"titulo": "forjado"},
    "hash": "forjado",
    "user": "forjado",
    "ignore_auth": True,
    "msativo_now": LATE,
    "msativo_programme": True,
    "context": {"ignore_auth": True, "user": "forjado", "msativo_programme": True},
}
MARKS = ("forjado", "999999", "2099-01")


def test_states_owners_decisions_and_numbers_are_not_taken_from_outside(cycle: Cycle, subtests: Any) -> None:
    """Each writing call that succeeds, with every column of ours beside what it asks for."""
    with subtests.test("an action of the menu"):
        row = _forged(
            cycle, SECRETARIA, "acao_create", titulo="Terceira", secretaria=cycle.world.orgs["secretaria"]["name"]
        )
        row = _forged(cycle, SECRETARIA, "acao_update", id=row["id"], versao=row["versao"], apoio="Dinheiro")
        assert (row["estado"], row["versao"], row["publicada_em"]) == ("rascunho", 2, None)
        _forged(cycle, SECRETARIA, "acao_comment", id=row["id"], texto="Bom.")
    with subtests.test("a plan"):
        row = call(cycle.world, PREFEITURA, "plano_show", id=cycle.private["plan in draft"])
        row = _forged(cycle, PREFEITURA, "plano_update", id=row["id"], versao=row["versao"], titulo="Plano Reservado 2")
        assert (row["estado"], row["codigo_ibge"], row["em_nome_de"]) == ("rascunho", JAPORA, None)
    with subtests.test("an evidence"):
        row = call(cycle.world, PREFEITURA, "evidencia_show", id=cycle.private["evidence in draft"])
        row = _forged(cycle, PREFEITURA, "evidencia_update", id=row["id"], versao=row["versao"], lugar="Reservado")
        assert (row["estado"], row["publicada"], row["quantidade_aceita"]) == ("rascunho", False, None)
        new = {"entrega": row["entrega"]["id"], "descricao": "Rascunho Reservado", "data": "2025-08-01"}
        row = _forged(cycle, PREFEITURA, "evidencia_create", **new)
        _forged(cycle, PREFEITURA, "evidencia_delete", id=row["id"], versao=row["versao"])
    with subtests.test("the review of an evidence"):
        row = call(cycle.world, SECRETARIA, "evidencia_show", id=cycle.files[0])
        row = _forged(cycle, SECRETARIA, "evidencia_start_review", id=row["id"], versao=row["versao"])
        assert (row["estado"], row["publicada"]) == ("em_analise", False)
    with subtests.test("an agenda item"):
        row = call(cycle.world, EDITOR, "agenda_show", id=cycle.private["agenda item"])
        row = _forged(cycle, EDITOR, "agenda_update", id=row["id"], versao=row["versao"], passo="iniciar")
        assert row["estado"] == "em_andamento"
    with subtests.test("nothing of it is in any table"):
        rows = str({name: found for name, found in contents().items() if name.startswith("msativo_")})
        assert [mark for mark in MARKS if mark in rows.replace('"resumo": "forjado"', "")] == []


def _forged(cycle: Cycle, role: str, name: str, **data: Any) -> dict[str, Any]:
    return call(cycle.world, role, name, **{**GIVEN, **data})


def test_another_secretariat_and_another_prefeitura_do_nothing_to_what_is_anothers(cycle: Cycle, subtests: Any) -> None:
    """Every call with ids that were guessed right, and with another's parts in one's own objects."""
    world, before = cycle.world, contents()
    sent_one, file = cycle.files
    secret = cycle.private
    calls: list[tuple[str, str, dict[str, Any]]] = [
        (NEIGHBOUR, "plano_create", {"municipio": JAPORA, "acoes": ["segunda-acao"]}),
        (NEIGHBOUR, "acao_adopt", {"municipio": JAPORA, "acao": "segunda-acao", "decisao": "recusada"}),
        (NEIGHBOUR, "plano_submit", {"id": secret["plan in draft"], "versao": 1}),
        (NEIGHBOUR, "plano_update", {"id": secret["plan in draft"], "versao": 1, "titulo": "Tomado"}),
        (NEIGHBOUR, "evidencia_create", {"entrega": secret["its delivery"], "descricao": "Tomado"}),
        (NEIGHBOUR, "evidencia_submit", {"id": secret["evidence in draft"], "versao": 1}),
        (NEIGHBOUR, "evidencia_delete", {"id": secret["evidence in draft"], "versao": 1}),
        (NEIGHBOUR, "evidencia_update", {"id": sent_one, "versao": 2, "remover": [file]}),
        (PREFEITURA, "evidencia_update", {"id": secret["evidence in draft"], "versao": 1, "remover": [file]}),
        (PREFEITURA, "evidencia_review", {"id": sent_one, "versao": 2, "decisao": "aceitar"}),
        (PREFEITURA, "evidencia_start_review", {"id": sent_one, "versao": 2}),
        (ALIEN, "evidencia_review", {"id": sent_one, "versao": 2, "decisao": "aceitar"}),
        (ALIEN, "evidencia_assign", {"id": sent_one, "versao": 2, "revisor": ""}),
        (ALIEN, "acao_step", {"id": secret["action in draft"], "versao": 1, "passo": "retirar", "nota": "Tomado"}),
        (ALIEN, "acao_update", {"id": secret["action in draft"], "versao": 1, "titulo": "Tomado"}),
        (ALIEN, "acao_create", {"titulo": "Tomado", "secretaria": world.orgs["secretaria"]["name"]}),
        (ALIEN, "agenda_update", {"id": secret["agenda item"], "versao": 1, "passo": "concluir"}),
        (ALIEN, "agenda_comment", {"id": secret["agenda item"], "texto": "Tomado"}),
        (NEIGHBOUR, "agenda_update", {"id": secret["agenda item"], "versao": 1, "passo": "concluir"}),
        (SECRETARIA, "plano_decide", {"id": secret["plan in draft"], "versao": 1, "decisao": "aprovar"}),
        (PREFEITURA, "plano_decide_amendment", {"id": cycle.public["plano"], "versao": 6, "decisao": "aprovar"}),
    ]
    for role, name, data in calls:
        with subtests.test(f"{name} by {role}"):
            assert attempt(world, role, f"msativo_{name}", data)
            assert contents() == before


# -- what others do beforehand: the last test, which carries the world on ----------------------------------------------
def test_an_address_that_somebody_took_stops_no_approval_and_no_publication(cycle: Cycle, subtests: Any) -> None:
    """Addresses of public datasets can be guessed, and a secretariat may give them to plain datasets of its own."""
    world, numbers = cycle.world, {}
    for table in ("plano", "evidencia"):
        query = sa.text(f"SELECT id, numero FROM msativo_{table}")
        numbers.update({row.id: row.numero for row in model.Session.execute(query)})
    secret = call(world, SECRETARIA, "acao_show", id=cycle.private["action in draft"])
    plan, proof = cycle.private["plan in draft"], cycle.files[0]
    for name in (f"plano-japora-2025-2026-{numbers[plan]}", f"evidencia-{numbers[proof]}", secret["nome"]):
        attempt(
            world, "secretaria-admin", "package_create", {"name": name, "owner_org": world.orgs["secretaria"]["id"]}
        )
    with subtests.test("a plan is approved"):
        row = call(world, PREFEITURA, "plano_show", id=plan)
        row = call(world, PREFEITURA, "plano_submit", id=plan, versao=row["versao"])
        call(world, EDITOR, "plano_decide", id=plan, versao=row["versao"], decisao="aprovar")
        assert helpers.call_action("package_show", id=plan)["type"] == "plano"
    with subtests.test("an evidence is published"):
        row = call(world, SECRETARIA, "evidencia_show", id=proof)
        if not row["publicavel"]:
            row = review(world, row, "devolver", nota="Pode ser publicada?")
            row = call(world, PREFEITURA, "evidencia_update", id=proof, versao=row["versao"], publicavel=True)
            row = call(world, PREFEITURA, "evidencia_submit", id=proof, versao=row["versao"])
        review(world, row, "aceitar", publicar=True)
        assert helpers.call_action("package_show", id=proof)["type"] == "evidencia"
    with subtests.test("an action is published"):
        row = call(world, SECRETARIA, "acao_show", id=secret["id"])
        filled = {"indicadores": [world.indicador["name"]], "entregas": [{"titulo": "Formar", "dias": 30}]}
        row = call(world, SECRETARIA, "acao_update", id=row["id"], versao=row["versao"], **filled)
        for role, step in ((SECRETARIA, "abrir_comentarios"), (EDITOR, "aprovar"), (SECRETARIA, "publicar")):
            row = call(world, role, "acao_step", id=row["id"], versao=row["versao"], passo=step)
        assert helpers.call_action("package_show", id=row["id"])["type"] == "acao"
    with subtests.test("an action that is withdrawn is gone from the public"):
        row = call(world, EDITOR, "acao_show", id="segunda-acao")
        call(world, EDITOR, "acao_step", id=row["id"], versao=row["versao"], passo="retirar", nota="Acabou.")
        for role in STRANGERS:
            told = [
                world.do(role, "package_search", include_private=True, rows=1000)["results"],
                world.do(role, "organization_activity_list", id=world.orgs["secretaria"]["id"], limit=100),
                world.do(role, "recently_changed_packages_activity_list", limit=100),
            ]
            assert "Segunda ação" not in str(told), role
    made.clear()


def test_an_organisation_that_is_edited_leaves_its_datasets_as_they_are(cycle: Cycle, subtests: Any) -> None:
    """To describe an organisation is its administrators' right; datasets in the call are nothing that it changes."""
    before = contents()
    for kind in TYPES:
        shown = helpers.call_action("package_show", id=cycle.public[kind])
        for org, packages in ((shown["owner_org"], []), (cycle.world.orgs["alheia"]["id"], [{"id": shown["id"]}])):
            for role in ATTACKERS:
                with subtests.test(f"{kind}: {role}"):
                    data = helpers.call_action("organization_show", id=org)
                    attempt(cycle.world, role, "organization_update", {**data, "packages": packages})
                    after = contents()
                    changed = {table for table in before if before[table] != after[table]}
                    assert changed <= {"activity", '"group"'}
    # Who edited an organisation is in its activities: no place for the tests before.
    made.clear()
