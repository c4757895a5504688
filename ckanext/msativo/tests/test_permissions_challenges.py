"""Who may analyse, freeze, decide, contest and answer – and who may not, whichever way is tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.tests import helpers

from ckanext.msativo.tests import factories
from ckanext.msativo.tests.factories import CODES, Desafio, act, load_values, member, part
from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    ANONYMOUS,
    CAMPO_GRANDE,
    EDITOR,
    EVERYBODY,
    REFUSALS,
    STRANGERS,
    SYSADMIN,
    Web,
    World,
    fresh,
    portal_state,
    web,  # noqa: F401 - the fixture
    world,  # noqa: F401 - the fixture
)

# ruff: noqa: F811 - tests take the imported fixture by its name

COORDENACAO = (EDITOR, ADMIN, "outra-editor", SYSADMIN)
"""Editors of any coordenação."""
ADMINS = (ADMIN, SYSADMIN)
OWN = ("prefeitura-editor", "prefeitura-admin", SYSADMIN)
"""Who may speak for the municipality of ``prefeitura``."""
EVERYONE = (*EVERYBODY, SYSADMIN)


@dataclass(frozen=True)
class Place:
    """What the attacks are on: an analysed challenge, and the codes of the prefeituras."""

    world: World
    challenge: dict[str, Any]
    indicador: dict[str, Any]
    own: str
    neighbour: str

    @property
    def newest(self) -> str:
        return act(None, "msativo_snapshot_list")["snapshot"]


@pytest.fixture
def place(world: World) -> Place:
    made = [factories.Indicador(owner_org=world.owner) for _ in range(2)]
    for indicador in made:
        load_values(indicador, {code: i for i, code in enumerate(CODES)})
    rows = [part(made[0], 1, True), part(made[1])]
    challenge = Desafio(owner_org=world.owner, indicadores=rows, secretaria=world.orgs["secretaria"]["name"])
    helpers.call_action("msativo_analysis_run")
    codes = [helpers.call_action("organization_show", id=world.orgs[name]["id"])["codigo_ibge"] for name in TOWNS]
    return Place(world, challenge, made[0], *codes)


TOWNS = ("prefeitura", "vizinha")


def state(world: World) -> dict[str, Any]:
    """Everything that an attack could change, what the analysis and people have written included."""
    found: dict[str, Any] = portal_state(world)
    for table in ("snapshot", "resultado", "desafio_resultado", "snapshot_desafio", "decisao", "contestacao"):
        query = sa.text(f"SELECT to_jsonb(t)::text AS row FROM msativo_{table} t ORDER BY row")
        found[table] = list(model.Session.execute(query).scalars())
    found["arquivo"] = model.Session.scalar(sa.text("SELECT count(*) FROM msativo_contestacao_arquivo"))
    model.Session.rollback()
    return found


def _a_contest(place: Place) -> str:
    given = {"desafio": place.challenge["id"], "municipio": place.own, "texto": fresh()}
    return helpers.call_action("msativo_contestacao_create", **given)["id"]


Write = tuple[str, tuple[str, ...], Callable[[Place], dict[str, Any]]]
WRITES: dict[str, Write] = {
    "run": ("msativo_analysis_run", COORDENACAO, lambda p: {"semente": 5}),
    "decide": (
        "msativo_foco_decide",
        COORDENACAO,
        lambda p: {"desafio": p.challenge["id"], "municipio": p.own, "classe": "focal", "motivo": fresh()},
    ),
    "contest one's own class": (
        "msativo_contestacao_create",
        OWN,
        lambda p: {"desafio": p.challenge["name"], "municipio": p.own, "texto": fresh()},
    ),
    "contest one's own value": (
        "msativo_contestacao_create",
        OWN,
        lambda p: {"indicador": p.indicador["name"], "municipio": p.own[:6], "texto": fresh()},
    ),
    "contest the neighbour's class": (
        "msativo_contestacao_create",
        ("vizinha-admin", SYSADMIN),
        lambda p: {"desafio": p.challenge["id"], "municipio": p.neighbour, "texto": fresh()},
    ),
    "contest a class of nobody's prefeitura": (
        "msativo_contestacao_create",
        (SYSADMIN,),
        lambda p: {
            "desafio": p.challenge["id"],
            "municipio": next(code for code in CODES if code not in (p.own, p.neighbour)),
            "texto": fresh(),
        },
    ),
}


def each_write_is_open_to_its_roles_alone(place: Place, subtests: Any) -> None:
    for name, (action, allowed, data) in WRITES.items():
        before = state(place.world)
        for role in EVERYONE:
            if role in allowed:
                continue
            with subtests.test(f"{name}: {role} is refused"):
                with pytest.raises(tk.NotAuthorized):
                    place.world.do(role, action, **data(place))
                assert state(place.world) == before
        for role in allowed:
            with subtests.test(f"{name}: {role} may"):
                place.world.do(role, action, **data(place))
        assert state(place.world) != before, name


def a_contest_is_answered_by_the_coordenacao_alone(place: Place, subtests: Any) -> None:
    answer = {"decisao": "procedente", "resposta": "Sim."}
    contests = {role: _a_contest(place) for role in EVERYONE}
    for role in EVERYONE:
        with subtests.test(role):
            if role in COORDENACAO:
                told = place.world.do(role, "msativo_contestacao_answer", id=contests[role], **answer)
                assert told["decisao"] == "procedente"
                continue
            before = state(place.world)
            with pytest.raises(tk.NotAuthorized):
                place.world.do(role, "msativo_contestacao_answer", id=contests[role], **answer)
            assert state(place.world) == before


def a_snapshot_is_frozen_by_an_administrator_of_the_coordenacao_alone(place: Place, subtests: Any) -> None:
    data = {"id": place.newest, "ciclo": place.challenge["ciclo"]}
    before = state(place.world)
    for role in EVERYONE:
        if role in ADMINS:
            continue
        with subtests.test(role):
            with pytest.raises(tk.NotAuthorized):
                place.world.do(role, "msativo_snapshot_freeze", **data)
            assert state(place.world) == before
    assert place.world.do(ADMIN, "msativo_snapshot_freeze", **data)["congelado_em"]
    second = place.world.do(SYSADMIN, "msativo_analysis_run", semente=5)["snapshot"]
    correction = {"id": second, "ciclo": data["ciclo"], "corrige": data["id"], "errata": "Um erro."}
    for role in (EDITOR, "outra-editor", "secretaria-admin", "prefeitura-admin", ANONYMOUS):
        with pytest.raises(tk.NotAuthorized):
            place.world.do(role, "msativo_snapshot_freeze", **correction)
    assert place.world.do(SYSADMIN, "msativo_snapshot_freeze", **correction)["corrige"] == data["id"]


def what_is_read_is_open_and_the_same_to_everyone(place: Place, subtests: Any) -> None:
    contested = _a_contest(place)
    reads: list[tuple[str, dict[str, Any]]] = [
        ("msativo_foco_list", {"desafio": place.challenge["name"]}),
        ("msativo_desafio_show", {"id": place.challenge["name"]}),
        ("msativo_cluster_list", {"indicador": place.indicador["name"]}),
        ("msativo_rule_compare", {"indicador": place.indicador["name"]}),
        ("msativo_decisao_list", {}),
        ("msativo_contestacao_list", {}),
        ("msativo_contestacao_show", {"id": contested}),
        ("msativo_snapshot_list", {}),
        ("msativo_snapshot_show", {}),
    ]
    for action, data in reads:
        with subtests.test(action):
            answers = [place.world.do(role, action, **data) for role in EVERYONE]
            assert all(answer == answers[0] for answer in answers)


def the_progress_of_a_run_is_told_to_the_coordenacao_alone(place: Place, subtests: Any) -> None:
    job = place.world.do(EDITOR, "msativo_analysis_run", background=True)["job"]
    for role in EVERYONE:
        with subtests.test(role):
            if role in COORDENACAO:
                assert place.world.do(role, "msativo_analysis_status", job=job)["estado"] == "na_fila"
                continue
            for asked in (job, "nenhum"):
                with pytest.raises(tk.NotAuthorized):
                    place.world.do(role, "msativo_analysis_status", job=asked)
            with pytest.raises(tk.NotAuthorized):
                place.world.do(role, "msativo_analysis_run", background=True)


def a_challenge_is_written_by_its_coordenacao_alone(place: Place, subtests: Any) -> None:
    challenge, before = place.challenge, state(place.world)
    shown = helpers.call_action("package_show", id=challenge["id"])
    new = {key: value for key, value in shown.items() if key not in ("id", "resources", "organization")}
    routes: list[tuple[str, dict[str, Any]]] = [
        ("package_create", {**new, "name": "forjado"}),
        ("package_update", {**shown, "title": "Tomado"}),
        ("package_patch", {"id": challenge["id"], "title": "Tomado"}),
        ("package_revise", {"match__id": challenge["id"], "update__title": "Tomado"}),
        ("package_delete", {"id": challenge["id"]}),
        ("resource_create", {"package_id": challenge["id"], "url": "http://example.org/x"}),
        ("package_owner_org_update", {"id": challenge["id"], "organization_id": place.world.orgs["outra"]["id"]}),
    ]
    for action, data in routes:
        for role in STRANGERS:
            with subtests.test(f"{action}: {role}"):
                with pytest.raises(REFUSALS):
                    place.world.do(role, action, **data)
                assert state(place.world) == before
    # In an organisation of their own neither: the lead secretariat does not own it.
    for role, org in (("secretaria-admin", "secretaria"), ("prefeitura-admin", "prefeitura")):
        for target in (place.world.orgs[org]["id"], place.world.orgs[org]["name"]):
            with pytest.raises(REFUSALS):
                place.world.do(role, "package_create", **{**new, "name": "forjado", "owner_org": target})
        with pytest.raises(REFUSALS):
            place.world.do(SYSADMIN, "package_patch", id=challenge["id"], owner_org=place.world.orgs[org]["id"])
        model.Session.rollback()
    for role in (EDITOR, ADMIN, SYSADMIN):
        assert place.world.do(role, "package_patch", id=challenge["id"], title=fresh())


def another_municipality_is_not_reached_by_another_way_of_naming_it(place: Place, subtests: Any) -> None:
    other = next(item for item in factories.TERRITORY.municipios if item.codigo_ibge == place.neighbour)
    before = state(place.world)
    ways: list[Any] = [
        other.codigo_ibge,
        other.codigo_ibge[:6],
        int(other.codigo_ibge),
        other.nome,
        other.nome.upper(),
        f" {other.nome} ",
        other.slug,
        [place.own, other.codigo_ibge],
        [other.codigo_ibge],
        {"municipio": place.own},
        f"{place.own}\x00",
        "",
        None,
        "Brasil",
    ]
    for way in ways:
        with subtests.test(f"{way!r}"):
            with pytest.raises(REFUSALS):
                given = {"desafio": place.challenge["id"], "municipio": way, "texto": "x"}
                place.world.do("prefeitura-admin", "msativo_contestacao_create", **given)
            assert state(place.world) == before
    # An editor of two prefeituras speaks for both, one whose membership ended for neither.
    both = member(place.world.orgs["prefeitura"])
    given = {"desafio": place.challenge["id"], "texto": "x"}
    helpers.call_action(
        "organization_member_create", id=place.world.orgs["vizinha"]["id"], username=both["name"], role="editor"
    )
    for code in (place.own, place.neighbour):
        assert act(both, "msativo_contestacao_create", municipio=code, **given)["codigo_ibge"] == code
    place.world.do(SYSADMIN, "organization_member_delete", id=place.world.orgs["vizinha"]["id"], username=both["name"])
    with pytest.raises(tk.NotAuthorized):
        act(both, "msativo_contestacao_create", municipio=place.neighbour, **given)


def over_http_a_flag_or_an_author_in_the_request_gives_no_right(place: Place, web: Web) -> None:
    world, before = place.world, state(place.world)
    flags: list[dict[str, Any]] = [
        {},
        {"ignore_auth": True, "user": "sysadmin", "autor": "outro", "context": {"ignore_auth": True}},
    ]
    data = {"desafio": place.challenge["id"], "municipio": CAMPO_GRANDE}
    calls: list[tuple[str, dict[str, Any]]] = [
        ("msativo_foco_decide", {**data, "classe": "focal", "motivo": "x"}),
        ("msativo_contestacao_create", {**data, "municipio": place.neighbour, "texto": "x"}),
        ("msativo_snapshot_freeze", {"id": place.newest, "ciclo": place.challenge["ciclo"]}),
        ("msativo_analysis_run", {}),
        ("msativo_analysis_run", {"background": True}),
        ("msativo_analysis_status", {"job": "x"}),
        ("msativo_contestacao_answer", {"id": "1", "decisao": "parcial", "resposta": "x"}),
    ]
    for role in (ANONYMOUS, "prefeitura-admin", "secretaria-admin", "coordenacao-member"):
        for action, given in calls:
            for flag in flags:
                answer = web.api(world.people[role], action, **given, **flag)
                assert answer.status_code == 403, (role, action, answer.status_code)
                # What changes something is not asked for by a link.
                if not action.endswith("_status"):
                    query = "&".join(f"{key}={value}" for key, value in given.items())
                    assert web.get(f"/api/3/action/{action}?{query}").status_code == 400
    after = state(world)
    assert {**after, "api_token": None} == {**before, "api_token": None}
    given = {**data, "municipio": place.own, "texto": "x", "autor": "outro", "decisao": "procedente", "id": "meu"}
    made = web.api(world.people["prefeitura-editor"], "msativo_contestacao_create", **given).json["result"]
    assert made["decisao"] is None and made["id"] != "meu"


# A portal with people in all roles takes longer to make than to attack, so the promises above share two of them.
def test_each_action_is_open_to_its_roles_alone(place: Place, subtests: Any) -> None:
    what_is_read_is_open_and_the_same_to_everyone(place, subtests)
    each_write_is_open_to_its_roles_alone(place, subtests)
    a_contest_is_answered_by_the_coordenacao_alone(place, subtests)
    the_progress_of_a_run_is_told_to_the_coordenacao_alone(place, subtests)
    a_snapshot_is_frozen_by_an_administrator_of_the_coordenacao_alone(place, subtests)


def test_no_way_leads_around_the_roles(place: Place, web: Web, subtests: Any) -> None:
    over_http_a_flag_or_an_author_in_the_request_gives_no_right(place, web)
    another_municipality_is_not_reached_by_another_way_of_naming_it(place, subtests)
    a_challenge_is_written_by_its_coordenacao_alone(place, subtests)
