"""Every cell of the tables of access and of the workflows, asked through the API.

What is expected is worked out here, from what the test itself says of each person and each object; the portal is asked
over HTTP, with a token per person. The world is made once: no call of these tests changes it.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import ckan.model as model
import pytest
import sqlalchemy as sa
from ckan.tests import factories as ckan_factories
from sqlalchemy.pool import QueuePool

import ckanext.msativo
from ckanext.msativo.logic import action as actions
from ckanext.msativo.programme.access import ACCESS, CAPACITIES, Access
from ckanext.msativo.programme.ownership import COORDENACAO, MUNICIPIO, SECRETARIA
from ckanext.msativo.programme.workflows import WORKFLOWS, Workflow
from ckanext.msativo.tests import adesao_world, cycle_world, factories
from ckanext.msativo.tests.adesao_world import JAPORA, SETE_QUEDAS
from ckanext.msativo.tests.cycle_world import call
from ckanext.msativo.tests.test_permissions_world import (
    ANONYMOUS,
    EDITOR,
    OUTSIDER,
    SYSADMIN,
    Web,
    World,
    world,  # noqa: F401 - the fixture
)

# ruff: noqa: F811 - tests take the imported fixture by its name

KINDS = {
    "prefeitura": MUNICIPIO,
    "vizinha": MUNICIPIO,
    "secretaria": SECRETARIA,
    "alheia": SECRETARIA,
    "coordenacao": COORDENACAO,
    "outra": COORDENACAO,
}
OWN, STATE = ("prefeitura", "secretaria", "coordenacao"), ("coordenacao", "outra")
PEOPLE = {f"{org}-{capacity}": (org, capacity) for org in KINDS for capacity in CAPACITIES}
EVERYONE = (ANONYMOUS, OUTSIDER, *PEOPLE, SYSADMIN)
REFUSED, MISSING, BROKEN = 403, 404, 500


@dataclass(frozen=True)
class Target:
    """An object of a call, and the organisations whose it is."""

    reference: str
    owners: tuple[str, ...] = ()


@dataclass
class Matrix:
    world: World
    tokens: Mapping[str, dict[str, str]]
    targets: dict[str, dict[str, Target]] = field(default_factory=dict)
    """By subject, and by what the test calls the object: it is of those in OWN, and another's to the others."""
    anothers: dict[str, Target] = field(default_factory=dict)
    """By subject: of the other prefeitura and the other secretariat."""

    def of(self, access: Access) -> dict[str, Target]:
        return self.targets[access.subject] if access.subject else {"": Target("")}


# -- the world ---------------------------------------------------------------------------------------------------------
_made: list[Matrix] = []


@pytest.fixture
def matrix(with_plugins: Any, with_request_context: Any, request: pytest.FixtureRequest) -> Matrix:
    """The world of this module: made once, and again when another test has emptied the database since."""
    if not _made or model.Group.get(_made[0].world.orgs["alheia"]["id"]) is None:
        _made[:] = [_matrix(request.getfixturevalue("world"))]
    return _made[0]


@pytest.fixture
def web(matrix: Matrix, app: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """CKAN opens connections anew for each request; kept open, thousands of requests take half the time."""
    engine = model.meta.engine
    pool = QueuePool(engine.pool._creator, dialect=engine.dialect, _dispatch=engine.pool.dispatch)
    monkeypatch.setattr(engine, "pool", pool)
    yield Web(app)
    model.Session.remove()
    pool.dispose()


def _matrix(world: World) -> Matrix:
    world.orgs["alheia"] = factories.Secretaria()
    for role, (org, capacity) in PEOPLE.items():
        if role not in world.people:
            world.people[role] = factories.member(world.orgs[org], capacity)
    tokens = {
        role: {"Authorization": ckan_factories.APIToken(user=person["name"])["token"]} if person else {}
        for role, person in world.people.items()
    }
    adesao_world.add_cycles()
    own = _objects(world, "prefeitura", "secretaria", JAPORA)
    made = Matrix(world, tokens, {subject: {"own": target} for subject, target in own.items()})
    made.anothers = _objects(world, "vizinha", "alheia", SETE_QUEDAS)
    # An organisation's people are also the coordenação's to help, but not those of another coordenação.
    made.targets["equipe"] = {
        org: Target(world.orgs[org]["id"], (org,) if org in STATE else (org, *STATE)) for org in OWN
    }
    made.targets["organizacao"] = {org: Target(world.orgs[org]["name"], (org,)) for org in OWN}
    # A municipality's contact is nobody's own.
    made.targets["contato"]["municipio"] = Target(f"municipio/{JAPORA}")
    return made


def _objects(world: World, prefeitura: str, secretaria: str, code: str) -> dict[str, Target]:
    """One of each object of a municipality and a secretariat, by the subject of the calls about it."""
    mayor, leader = f"{prefeitura}-editor", f"{secretaria}-editor"
    adesao = cycle_world.joined(world, mayor, code)
    acao = cycle_world.action(world, leader, secretaria=world.orgs[secretaria]["name"])
    for role, step in ((leader, "abrir_comentarios"), (EDITOR, "aprovar"), (leader, "publicar")):
        acao = cycle_world.move(world, role, acao, step)
    plano = call(world, mayor, "plano_create", municipio=code, acoes=[acao["nome"]])
    plano = call(world, mayor, "plano_submit", id=plano["id"], versao=plano["versao"])
    plano = call(world, EDITOR, "plano_decide", id=plano["id"], versao=plano["versao"], decisao="aprovar")
    entrega = plano["entregas"][0]["id"]
    evidencia = cycle_world.sent(world, entrega, mayor)
    item = {"titulo": "Ver", "dono": world.orgs[prefeitura]["name"], "prazo": "2025-09-01"}
    agenda = call(world, leader, "agenda_create", **item)
    return {
        "municipio": Target(code, (prefeitura,)),
        "adesao": Target(adesao["id"], (prefeitura,)),
        "plano": Target(plano["id"], (prefeitura,)),
        "entrega": Target(entrega, (prefeitura,)),
        "evidencia": Target(evidencia["id"], (prefeitura,)),
        "acao": Target(acao["id"], (secretaria,)),
        "acao_lider": Target(acao["id"], (secretaria,)),
        "revisao": Target(evidencia["id"], (secretaria,)),
        "contato": Target(f"acao/{acao['nome']}", (secretaria,)),
        "agenda": Target(agenda["id"], (prefeitura, secretaria)),
        "agenda_conversa": Target(agenda["id"], (prefeitura, secretaria)),
    }


# -- action × who ------------------------------------------------------------------------------------------------------
UNFIT: Mapping[str, dict[str, Any]] = {
    "msativo_adesao_create": {"ciclo": "nunca"},
    "msativo_plano_create": {"acoes": ["nenhuma"]},
    "msativo_agenda_run": {"simular": True},
    "msativo_evidencia_create": {"data": "nunca"},
    "msativo_analysis_run": {"semente": "nenhuma"},
    "msativo_contato_estado_set": {"usuario": "ninguém"},
}
"""What keeps a call of somebody who may make it from changing the world; of the others what is needed is left out."""
CHANGED = {"msativo_agenda_feed"}
"""The address of a calendar needs no more than the organisation's name: whoever may make one has made one."""


def may(role: str, access: Access, target: Target) -> bool:
    """What the table says, of who the test says that somebody is."""
    if access.everyone or role == SYSADMIN:
        return True
    if role == ANONYMOUS:
        return False
    org, capacity = PEOPLE.get(role, ("", ""))
    return access.logged_in or any(
        grant.kind == KINDS.get(org)
        and CAPACITIES.index(capacity) >= CAPACITIES.index(grant.capacity)
        and (not grant.own or org in target.owners)
        for grant in access.grants
    )


def test_every_action_has_a_row_and_every_row_an_action() -> None:
    assert {name for name in actions.__all__ if name.startswith("msativo_")} == set(ACCESS)


def contents() -> dict[str, list[str]]:
    """All rows of the programme's tables and of CKAN's that it writes to."""
    model.Session.rollback()
    tables = [name for name in sa.inspect(model.meta.engine).get_table_names() if name.startswith("msativo_")]
    found = {}
    for table in (*tables, "package", "resource", "member", '"group"'):
        query = sa.text(f"SELECT to_jsonb(t)::text AS row FROM {table} t ORDER BY row")
        found[table] = list(model.Session.execute(query).scalars())
    model.Session.rollback()
    return found


def test_each_action_is_refused_exactly_where_the_table_says_so(matrix: Matrix, web: Web, subtests: Any) -> None:
    before = contents()
    for allowed in (False, True):
        for name, access in ACCESS.items():
            with subtests.test(f"{name}, who {'may' if allowed else 'may not'}"):
                assert list(_wrong_cells(matrix, web, name, access, allowed)) == []
        after = contents()
        changed = {table for table in after if after[table] != before[table]}
        assert changed <= (CHANGED if allowed else set())


def _wrong_cells(matrix: Matrix, web: Web, name: str, access: Access, allowed: bool) -> Iterator[str]:
    for label, target in matrix.of(access).items():
        named = {access.by: target.reference} if access.subject else {}
        for role in EVERYONE:
            if may(role, access, target) != allowed:
                continue
            data = {**named, **(UNFIT.get(name, {}) if allowed else {})}
            answer = web.post(f"/api/3/action/{name}", json=data, headers=matrix.tokens[role])
            if (answer.status_code == REFUSED) == allowed or answer.status_code >= BROKEN:
                yield f"{role}, {label or 'any'}: {answer.status_code} {answer.body[:300]}"


def test_what_is_anothers_and_what_is_not_there_are_refused_by_the_same_words(
    matrix: Matrix, web: Web, subtests: Any
) -> None:
    unknown = ("nada", "00000000-0000-0000-0000-000000000000", "\x00", "acao/nada")
    for name, access in ACCESS.items():
        for role in ("prefeitura-admin", "secretaria-admin", OUTSIDER):
            others = [one for one in _known(matrix, access) if not may(role, access, one)]
            if not others:
                continue
            with subtests.test(f"{name}: {role}"):
                answers = {
                    (answer.status_code, str(answer.json["error"]))
                    for answer in (
                        web.post(f"/api/3/action/{name}", json={access.by: one}, headers=matrix.tokens[role])
                        for one in (*(one.reference for one in others), *unknown)
                    )
                }
                assert len(answers) == 1 and {status for status, _ in answers} == {REFUSED}


def _known(matrix: Matrix, access: Access) -> list[Target]:
    found = [*matrix.targets.get(access.subject, {}).values(), matrix.anothers.get(access.subject)]
    return [one for one in found if one is not None]


# -- state × step × who ------------------------------------------------------------------------------------------------
STEPS: Mapping[str, Mapping[str, tuple[str, dict[str, Any]]]] = {
    "adesao": {
        "enviar": ("adesao_submit", {}),
        "analisar": ("adesao_start_analysis", {}),
        "aprovar": ("adesao_decide", {"decisao": "aprovar"}),
        "devolver": ("adesao_decide", {"decisao": "devolver", "nota": "Falta."}),
        "recusar": ("adesao_decide", {"decisao": "recusar", "nota": "Falta."}),
        "retirar": ("adesao_withdraw", {}),
    },
    "acao": {
        step: ("acao_step", {"passo": step, "nota": "Muda."})
        for step in ("abrir_comentarios", "devolver", "aprovar", "publicar", "revisar", "retirar")
    },
    "plano": {
        "enviar": ("plano_submit", {}),
        "aprovar": ("plano_decide", {"decisao": "aprovar"}),
        "devolver": ("plano_decide", {"decisao": "devolver", "nota": "Falta."}),
        "abrir_aditivo": ("plano_amend", {"motivo": "Muda.", "entregas": []}),
        "aprovar_aditivo": ("plano_decide_amendment", {"decisao": "aprovar"}),
        "recusar_aditivo": ("plano_decide_amendment", {"decisao": "recusar", "nota": "Não."}),
        "retirar_aditivo": ("plano_withdraw_amendment", {}),
        "concluir": ("plano_complete", {}),
    },
    "entrega": {"iniciar": ("entrega_start", {}), "cancelar": ("entrega_cancel", {"nota": "Não."})},
    "evidencia": {
        "enviar": ("evidencia_submit", {}),
        "analisar": ("evidencia_start_review", {}),
        "aceitar": ("evidencia_review", {"decisao": "aceitar"}),
        "aceitar_parcial": ("evidencia_review", {"decisao": "aceitar_parcial", "quantidade_aceita": 1, "nota": "N."}),
        "devolver": ("evidencia_review", {"decisao": "devolver", "nota": "Falta."}),
        "rejeitar": ("evidencia_review", {"decisao": "rejeitar", "nota": "Não."}),
    },
    "agenda": {
        step: ("agenda_update", {"passo": step, "nota": "Feito."}) for step in ("iniciar", "concluir", "descartar")
    },
}
"""By which action a step is done; what is missing the system does, or another object's step brings it about."""
PARTS: Mapping[str, tuple[str, ...]] = {
    "adesao": ("prefeitura",),
    "acao": ("secretaria",),
    "plano": ("prefeitura",),
    "entrega": ("prefeitura", "secretaria"),
    "evidencia": ("prefeitura", "secretaria"),
    "agenda": ("prefeitura", "secretaria"),
}
"""The organisations that have a part in the objects of the test, beside the coordenação."""
READERS: Mapping[str, tuple[str, ...]] = {
    **PARTS,
    # All secretariats build the menu together.
    "acao": ("secretaria", "alheia"),
    # From the approval on, and of its action.
    "plano": ("prefeitura", "secretaria"),
}
"""Whose members see which steps they can do; of the coordenações all."""


def kinds_of(role: str, workflow: str) -> set[str]:
    """As what somebody may act on the object of the test."""
    org, capacity = (STATE[0], CAPACITIES[-1]) if role == SYSADMIN else PEOPLE.get(role, ("", ""))
    if capacity not in CAPACITIES[1:]:
        return set()
    if org in STATE:
        return {COORDENACAO, *({MUNICIPIO} if "prefeitura" in PARTS[workflow] else ())}
    return {KINDS[org]} if org in PARTS[workflow] else set()


def steps_of(role: str, workflow: Workflow, state: str) -> list[str]:
    """The steps that the workflow gives this person in a state, in its order, of those that an action does."""
    held = kinds_of(role, workflow.name)
    found = [step.action for step in workflow.steps if state in step.sources and held.intersection(step.who)]
    return [one for one in found if one in STEPS[workflow.name]]


def reads(role: str, workflow: str, state: str) -> bool:
    """Whether somebody is shown which steps there are."""
    org, _capacity = PEOPLE.get(role, ("", ""))
    if role == SYSADMIN or org in STATE:
        return True
    # What the prefeitura has not sent is not yet the secretariat's to see.
    if workflow == "evidencia" and state == WORKFLOWS["evidencia"].initial:
        return org == "prefeitura"
    return org in READERS[workflow]


SEERS = [role for role in EVERYONE if PEOPLE.get(role, ("prefeitura",))[0] in OWN or role.endswith("-admin")]
"""Everybody; of the other organisations, of which all are strangers alike, the administrators."""


def put(workflow: str, identifier: str, state: str) -> None:
    table = "msativo_agenda_item" if workflow == "agenda" else f"msativo_{workflow}"
    with model.meta.engine.begin() as connection:
        query = sa.text(f"UPDATE {table} SET estado = :state WHERE id = :id")
        assert connection.execute(query, {"state": state, "id": identifier}).rowcount == 1
    model.Session.rollback()
    model.Session.expire_all()


@pytest.fixture
def original(matrix: Matrix) -> Iterator[None]:
    """The objects get their states back."""
    before = {name: _state_of(name, matrix.targets[name]["own"].reference) for name in PARTS}
    yield
    for name, state in before.items():
        put(name, matrix.targets[name]["own"].reference, state)


def _state_of(workflow: str, identifier: str) -> str:
    table = "msativo_agenda_item" if workflow == "agenda" else f"msativo_{workflow}"
    with model.meta.engine.connect() as connection:
        query = sa.text(f"SELECT estado FROM {table} WHERE id = :id")
        return str(connection.execute(query, {"id": identifier}).scalar_one())


@pytest.mark.parametrize("name", PARTS)
def test_what_is_offered_is_what_the_workflow_gives(
    matrix: Matrix, web: Web, original: None, name: str, subtests: Any
) -> None:
    workflow, target = WORKFLOWS[name], matrix.targets[name]["own"]
    assert set(STEPS[name]) <= set(workflow.actions)
    for state in workflow.states:
        put(name, target.reference, state)
        with subtests.test(state):
            assert dict(_offered(matrix, web, name, target)) == {
                role: steps_of(role, workflow, state) if reads(role, name, state) else None for role in SEERS
            }


def _offered(matrix: Matrix, web: Web, name: str, target: Target) -> Iterator[tuple[str, list[str] | None]]:
    for role in SEERS:
        address = f"/api/3/action/msativo_{name}_show"
        answer = web.post(address, json={"id": target.reference}, headers=matrix.tokens[role])
        assert answer.status_code in (200, MISSING)
        yield role, answer.json["result"].get("possiveis") if answer.status_code == 200 else None


WALKERS = ("prefeitura-admin", "secretaria-admin", "coordenacao-editor", SYSADMIN)
"""One of each whom a call about the object gets past the table of access; the test before refuses the others."""


@pytest.mark.parametrize("name", PARTS)
def test_each_step_that_is_not_possible_is_refused_and_changes_nothing(
    matrix: Matrix, web: Web, original: None, name: str, subtests: Any
) -> None:
    workflow, target = WORKFLOWS[name], matrix.targets[name]["own"]
    for state in workflow.states:
        put(name, target.reference, state)
        before = contents()
        version = _version(before, name, target.reference)
        tried = 0
        with subtests.test(state):
            for step, (action, data) in STEPS[name].items():
                for role in WALKERS:
                    if step in steps_of(role, workflow, state) or _by_an_answer(name, state, step, role):
                        continue
                    call = {"id": target.reference, "versao": version, **data}
                    answer = web.post(f"/api/3/action/msativo_{action}", json=call, headers=matrix.tokens[role])
                    assert answer.status_code in (REFUSED, 409), f"{step} by {role}: {answer.body[:300]}"
                    assert "versao" not in answer.json["error"], f"{step} by {role}: {answer.body[:300]}"
                    tried += 1
            assert tried and contents() == before


def _by_an_answer(name: str, state: str, step: str, role: str) -> bool:
    """To answer an evidence that was only sent begins its review first, which is a step of the workflow too."""
    reviewers = {SECRETARIA, COORDENACAO} & kinds_of(role, name)
    return name == "evidencia" and state == "enviada" and step not in ("enviar", "analisar") and bool(reviewers)


def _version(rows: Mapping[str, list[str]], name: str, identifier: str) -> int:
    table = "msativo_agenda_item" if name == "agenda" else f"msativo_{name}"
    return next(row["versao"] for row in map(json.loads, rows[table]) if row["id"] == identifier)


# -- the documentation -------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def script() -> ModuleType:
    root = Path(next(iter(ckanext.msativo.__path__))).parents[1]
    spec = importlib.util.spec_from_file_location("permissions_script", root / "scripts" / "permissions.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_documentation_is_up_to_date(script: ModuleType) -> None:
    assert script.main(["--check"]) == 0, "run python scripts/permissions.py"


def test_the_documentation_says_what_the_tests_ask(script: ModuleType) -> None:
    """Its cells, read back from the text, against what is expected here of each person."""
    rows = _rows_of(script.FILE.read_text(encoding="utf-8"))
    assert set(rows) == {name.removeprefix("msativo_") for name in ACCESS}
    kinds = ("prefeitura", "secretaria", "coordenacao")
    for name, access in ACCESS.items():
        cells = iter(rows[name.removeprefix("msativo_")])
        assert next(cells) == access.does
        assert [bool(next(cells)), bool(next(cells))] == [
            may(ANONYMOUS, access, Target("")),
            may(OUTSIDER, access, Target("")),
        ]
        for org in kinds:
            for capacity in CAPACITIES:
                assert bool(next(cells)) == may(f"{org}-{capacity}", access, Target("", (org,)))
            assert bool(next(cells)) == may(f"{org}-admin", access, Target("", ("somebody else",)))


def _rows_of(text: str) -> dict[str, list[str]]:
    rows = (line.strip("|").split("|") for line in text.splitlines() if line.startswith("| `"))
    split = ([cell.strip() for cell in row] for row in rows)
    return {row[0].strip("`"): row[1:] for row in split if len(row) == 17 and "…" not in row[0]}
