"""The portal that the attacks of ``test_permissions*.py`` run on: one of each organisation, one person per role."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.tests import factories as ckan_factories
from ckan.tests import helpers
from ckanext.datastore.backend.postgres import get_read_engine
from flask import g

from ckanext.msativo.tests import factories
from ckanext.msativo.tests.factories import act, as_user, load_values, member

CAMPO_GRANDE, PARAISO = "5002704", "5006275"
Person = dict[str, Any] | None

ANONYMOUS, OUTSIDER, SYSADMIN = "anonymous", "outsider", "sysadmin"
EDITOR, ADMIN = "coordenacao-editor", "coordenacao-admin"
MEMBERSHIPS = {
    "prefeitura-member": ("prefeitura", "member"),
    "prefeitura-editor": ("prefeitura", "editor"),
    "prefeitura-admin": ("prefeitura", "admin"),
    "vizinha-admin": ("vizinha", "admin"),
    "secretaria-editor": ("secretaria", "editor"),
    "secretaria-admin": ("secretaria", "admin"),
    "coordenacao-member": ("coordenacao", "member"),
    "outra-editor": ("outra", "editor"),
    EDITOR: ("coordenacao", "editor"),
    ADMIN: ("coordenacao", "admin"),
}
STRANGERS = [ANONYMOUS, OUTSIDER, *(role for role in MEMBERSHIPS if role not in (EDITOR, ADMIN))]
"""Who may never write an indicator of ``coordenacao``: its mere members and editors of another coordenação too."""


EVERYBODY = [*STRANGERS, EDITOR, ADMIN]
"""All but the sysadmin."""


@dataclass
class World:
    orgs: dict[str, dict[str, Any]]
    people: dict[str, Person]
    indicador: dict[str, Any]
    """Of ``coordenacao``: the observations, with two views, and a second resource."""
    dado: dict[str, Any]
    """A plain dataset of ``secretaria`` with a DataStore resource and a view."""

    def user(self, role: str) -> Person:
        return self.people[role]

    def do(self, person: str, action: str, /, **data: Any) -> Any:
        """Call an action as that person."""
        return tk.get_action(action)(as_user(self.people[person]), data)

    def shown(self) -> dict[str, Any]:
        """The indicator as it is now."""
        return helpers.call_action("package_show", id=self.target)

    @property
    def target(self) -> str:
        """The indicator's id."""
        return self.indicador["id"]

    @property
    def owner(self) -> str:
        """Id of the indicator's organisation."""
        return self.orgs["coordenacao"]["id"]

    def org(self, kind: str, /, **changes: Any) -> dict[str, Any]:
        """An organisation as it is now, with changes that somebody would like."""
        return {**helpers.call_action("organization_show", id=self.orgs[kind]["id"]), **changes}

    @property
    def resource(self) -> str:
        return self.indicador["resources"][0]["id"]

    @property
    def own_resource(self) -> str:
        return self.dado["resources"][0]["id"]

    def view_of(self, resource: str, position: int = 0) -> str:
        return helpers.call_action("resource_view_list", id=resource)[position]["id"]

    def org_of(self, role: str) -> str:
        """Id of that person's organisation; of the prefeitura for who has none."""
        return self.orgs[MEMBERSHIPS.get(role, ("prefeitura", ""))[0]]["id"]


@pytest.fixture
def world(portal: None) -> World:
    """A portal with people in every role and something to protect."""
    orgs = {
        "coordenacao": factories.Coordenacao(),
        "outra": factories.Coordenacao(),
        "secretaria": factories.Secretaria(),
        "prefeitura": factories.Prefeitura(codigo_ibge="5004809"),
        "vizinha": factories.Prefeitura(codigo_ibge="5007703"),
    }
    people: dict[str, Person] = {ANONYMOUS: None, OUTSIDER: ckan_factories.User(), SYSADMIN: ckan_factories.Sysadmin()}
    for role, (org, capacity) in MEMBERSHIPS.items():
        people[role] = member(orgs[org], capacity)
    indicador = factories.Indicador(owner_org=orgs["coordenacao"]["id"])
    load_values(indicador, {CAMPO_GRANDE: 12.5, PARAISO: 3})
    sysadmin = people[SYSADMIN]
    act(
        sysadmin,
        "resource_create",
        package_id=indicador["id"],
        url="http://example.org/nota.txt",
        name="Nota",
        format="X",
    )
    indicador = helpers.call_action("package_show", id=indicador["id"])
    dado = ckan_factories.Dataset(owner_org=orgs["secretaria"]["id"])
    act(
        sysadmin,
        "datastore_create",
        resource={"package_id": dado["id"], "name": "tabela"},
        fields=[{"id": "codigo_ibge", "type": "text"}],
        primary_key=["codigo_ibge"],
        records=[{"codigo_ibge": CAMPO_GRANDE}],
    )
    dado = helpers.call_action("package_show", id=dado["id"])
    observations, table = indicador["resources"][0]["id"], dado["resources"][0]["id"]
    for resource in (observations, observations, table):
        act(sysadmin, "resource_view_create", resource_id=resource, view_type="text_view", title="Uma vista")
    return World(orgs, people, indicador, dado)


TABLES = (
    "package",
    "resource",
    "resource_view",
    '"group"',
    "member",
    "package_member",
    "package_relationship",
    "package_tag",
    "tag",
    "vocabulary",
    "api_token",
    "system_info",
)
USERS = 'SELECT id, name, fullname, email, sysadmin, state, password FROM "user" ORDER BY id'


def portal_state(world: World) -> dict[str, list[Any]]:
    """Everything that an attack could change: rows of CKAN's tables, and the observations in the DataStore."""
    model.Session.rollback()
    model.Session.expire_all()
    state = {}
    for table in TABLES:
        query = sa.text(f"SELECT to_jsonb(t)::text AS row FROM {table} t ORDER BY row")
        state[table] = [row for (row,) in model.Session.execute(query)]
    state["user"] = [tuple(row) for row in model.Session.execute(sa.text(USERS))]
    model.Session.rollback()
    with get_read_engine().connect() as connection:
        names = (
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'v') "
            "AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        functions = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1"
        tables = [name for (name,) in connection.execute(sa.text(names))]
        state["datastore"] = tables + [name for (name,) in connection.execute(sa.text(functions))]
        for table in (world.resource, world.own_resource):
            if table in tables:
                state[table] = [
                    tuple(row) for row in connection.execute(sa.text(f'SELECT * FROM "{table}" ORDER BY 1'))
                ]
    return state


REFUSALS = (tk.NotAuthorized, tk.ValidationError, tk.ObjectNotFound)


def assert_refused(
    world: World, role: str, action: str, data: Mapping[str, Any], *, before: Any, silent: bool = False
) -> None:
    """The call fails cleanly and nothing whatever has changed; ``silent`` calls may succeed in doing nothing."""
    try:
        world.do(role, action, **data)
    except REFUSALS:
        pass
    else:
        assert silent, f"{role} was not refused {action}"
    after = portal_state(world)
    changed = {
        key: [row for row in after.get(key, []) if row not in before.get(key, [])]
        for key in {*before, *after}
        if before.get(key) != after.get(key)
    }
    assert not changed, f"{action} by {role} changed {changed}"


@dataclass(frozen=True)
class Route:
    """One way in: the call, and who may use it. ``data`` is built anew for each call, CKAN changes it."""

    name: str
    action: str
    data: Callable[[World, str], dict[str, Any]]
    legit: str = EDITOR
    silent: bool = False
    strangers: tuple[str, ...] = tuple(STRANGERS)
    alone: bool = False
    """What the legitimate call leaves behind is no place for other attacks."""


def in_groups(routes: Iterable[Route]) -> list[Any]:
    """Parameters of a test: routes of one kind share a world, which takes longer to make than to attack."""
    groups: dict[str, list[Route]] = {}
    for route in routes:
        noun = route.action.removesuffix("_create").removesuffix("_update").split("_")
        groups.setdefault(route.name if route.alone else "_".join(noun[:2]), []).append(route)
    return [pytest.param(group, id=name) for name, group in groups.items()]


def assert_guarded(world: World, route: Route) -> None:
    """All strangers are refused, and then the same call by the one who may succeeds and has an effect."""
    before = portal_state(world)
    for role in route.strangers:
        assert_refused(world, role, route.action, route.data(world, role), before=before, silent=route.silent)
    world.do(route.legit, route.action, **route.data(world, route.legit))
    assert portal_state(world) != before, f"“{route.name}” by {route.legit} has no effect: the attack proved nothing"


class Web:
    """Requests as a browser or a program sends them: each is its own, with nobody logged in from the one before."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def request(self, method: str, url: str, **options: Any) -> Any:
        # The request context that the fixtures keep open would lend its person to every request.
        for name in list(g):
            g.pop(name)
        answer = getattr(self.app, method)(url, **options)
        for name in list(g):
            g.pop(name)
        return answer

    def get(self, url: str, **options: Any) -> Any:
        return self.request("get", url, **options)

    def post(self, url: str, **options: Any) -> Any:
        return self.request("post", url, **options)

    def api(self, person: Person, action: str, /, **data: Any) -> Any:
        """Call an action with JSON, and that person's token."""
        return self.post(f"/api/3/action/{action}", json=data, headers=self.token(person))

    def token(self, person: Person) -> dict[str, str]:
        return {"Authorization": ckan_factories.APIToken(user=person["name"])["token"]} if person else {}

    def log_in(self, person: Person) -> None:
        """Give the browser the session of that person, at the portal's own address."""
        self.app.client = self.app.test_client()
        if person:
            with self.app.client.session_transaction(base_url=tk.config["ckan.site_url"]) as session:
                session.update({"_user_id": person["id"], "_fresh": True})


@pytest.fixture
def web(world: World, app: Any) -> Web:
    return Web(app)


RECORD = {"codigo_ibge": PARAISO, "ano": 2020, "valor": 99}
NEW = {
    "type": "indicador",
    "name": "forjado",
    "title": "Forjado",
    "notes": "x",
    "area": "saude",
    "unidade": "%",
    "polaridade": "menor_melhor",
    "tipo": "razao",
    "regra": "quantil",
    "agencia": "A",
    "fonte_nome": "F",
}
COUNTER = count(1900)


def next_number() -> int:
    return next(COUNTER)


def fresh() -> str:
    """A text that is nowhere yet: a call that changes nothing would prove nothing."""
    return f"Tomado {next_number()}"


def new_indicator() -> dict[str, Any]:
    return {**NEW, "name": f"forjado-{next_number()}"}


def new_url() -> str:
    return f"http://example.org/{next_number()}"


def record() -> dict[str, Any]:
    return {**RECORD, "valor": next_number()}


def test_the_world_is_what_the_attacks_think_it_is(world: World) -> None:
    assert [resource["name"] for resource in world.indicador["resources"]] == ["Observações", "Nota"]
    assert world.view_of(world.resource) != world.view_of(world.own_resource)
    rows = world.do(ANONYMOUS, "datastore_search", resource_id=world.resource)["records"]
    assert {row["valor"] for row in rows} == {12.5, 3.0}
    for role, (org, capacity) in MEMBERSHIPS.items():
        found = world.do(role, "organization_list_for_user", permission="read")
        assert [(row["id"], row["capacity"]) for row in found] == [(world.orgs[org]["id"], capacity)]
    assert portal_state(world) == portal_state(world)
