"""The portal under attack after a whole cycle: a plan, an evidence and actions that are public, others that are not.

Every name, note and private text of it carries one of the marks of ``adesao_world.SECRETS``, and nothing public does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ckan.model as model
import pytest
import sqlalchemy as sa
from ckan.tests import factories as ckan_factories

from ckanext.msativo.tests import factories
from ckanext.msativo.tests.adesao_world import JAPORA, NEIGHBOUR, PREFEITURA, SECRETS, SETE_QUEDAS, pdf
from ckanext.msativo.tests.cycle_world import (
    SECRETARIA,
    action,
    approved,
    call,
    evidence,
    joined,
    photo,
    published,
    review,
    sent,
)
from ckanext.msativo.tests.people_world import name_of
from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    ANONYMOUS,
    EDITOR,
    OUTSIDER,
    REFUSALS,
    SYSADMIN,
    TABLES,
    Web,
    World,
)
from ckanext.msativo.tests.test_permissions_world import world as make_world  # noqa: F401 - the fixture

ALIEN = "alheia-admin"
"""Of a secretariat that leads nothing here."""
STRANGERS = (ANONYMOUS, OUTSIDER, NEIGHBOUR, ALIEN)
ATTACKERS = (
    ANONYMOUS,
    OUTSIDER,
    NEIGHBOUR,
    "prefeitura-admin",
    "secretaria-admin",
    "coordenacao-member",
    ADMIN,
    SYSADMIN,
)
TYPES = ("acao", "plano", "evidencia")
ARTIST = b"Maria Sigilosa"


@dataclass(frozen=True)
class Cycle:
    world: World
    tokens: dict[str, dict[str, str]]
    public: dict[str, str]
    """Id of the public dataset, by its type."""
    private: dict[str, str]
    """Ids of what was never published, by what it is."""
    files: tuple[str, str]
    """Id of an evidence that was sent, and of its photo."""
    group: str
    """Id of a group of datasets, whose administrator is of the other prefeitura."""

    @property
    def hidden(self) -> list[str]:
        return [*self.private.values(), *self.files]


# -- the world ---------------------------------------------------------------------------------------------------------
made: list[Cycle] = []


@pytest.fixture
def cycle(with_plugins: Any, with_request_context: Any, request: pytest.FixtureRequest) -> Cycle:
    """The world of this module: made once, and again when another test has emptied the database since."""
    if not made or model.Group.get(made[0].world.orgs["alheia"]["id"]) is None:
        made[:] = [_cycle(request.getfixturevalue("make_world"))]
    return made[0]


@pytest.fixture
def web(cycle: Cycle, app: Any) -> Web:
    return Web(app)


def _cycle(world: World) -> Cycle:
    world.orgs["alheia"] = factories.Secretaria()
    world.people[ALIEN] = factories.member(world.orgs["alheia"], "admin")
    for role, person in world.people.items():
        # The sysadmin made the plain datasets, of which CKAN tells that he did.
        if person and role != SYSADMIN:
            model.User.get(person["name"]).fullname = "Pessoa Sigilosa"
    model.Session.commit()
    plan = approved(world)
    joined(world, NEIGHBOUR, SETE_QUEDAS)
    shown = _published_evidence(world, plan["entregas"][0]["id"])
    plan = _amended(world, plan["id"])
    waiting = sent(world, plan["entregas"][1]["id"], descricao="Texto Reservado", lugar="Casa Reservado")
    writing = evidence(world, plan["entregas"][1]["id"], descricao="Rascunho Reservado", quantidade=None)
    secret = action(world, titulo="Ação Reservado", resumo="Resumo Reservado")
    call(world, SECRETARIA, "acao_comment", id=secret["id"], texto="Reservado entre nós.")
    other = published(world, titulo="Segunda ação")
    unsent = call(world, PREFEITURA, "plano_create", municipio=JAPORA, titulo="Plano Reservado", acoes=[other["nome"]])
    item = call(
        world,
        EDITOR,
        "agenda_create",
        titulo="Item Reservado",
        dono=world.orgs["prefeitura"]["name"],
        prazo="2025-09-01",
    )
    tokens = {
        role: {"Authorization": ckan_factories.APIToken(user=person["name"])["token"]} if person else {}
        for role, person in world.people.items()
    }
    return Cycle(
        world,
        tokens,
        {"acao": plan["acoes"][0]["id"], "plano": plan["id"], "evidencia": shown["id"]},
        {
            "action in draft": secret["id"],
            "plan in draft": unsent["id"],
            "its delivery": unsent["entregas"][0]["id"],
            "evidence in draft": writing["id"],
            "agenda item": item["id"],
        },
        (waiting["id"], waiting["arquivos"][0]["id"]),
        ckan_factories.Group(name="grupo-alheio", users=[{"name": name_of(world, NEIGHBOUR), "capacity": "admin"}])[
            "id"
        ],
    )


def _published_evidence(world: World, entrega: str) -> dict[str, Any]:
    """Returned once for a reason, sent again with another file, accepted and published."""
    row = sent(world, entrega, publicavel=True, lugar="Escola municipal")
    row = review(world, row, "devolver", nota="Faltou o carimbo.")
    row = call(
        world,
        PREFEITURA,
        "evidencia_update",
        id=row["id"],
        versao=row["versao"],
        upload=[pdf(), photo("Maria Sigilosa.png.jpg", "blue")],
    )
    row = call(world, PREFEITURA, "evidencia_submit", id=row["id"], versao=row["versao"])
    return review(world, row, "aceitar", publicar=True, nota="Bem, Sigilosa.")


def _amended(world: World, plan: str) -> dict[str, Any]:
    """An amendment with names in it, approved, and one that is open."""
    row = call(world, PREFEITURA, "plano_show", id=plan)
    names = ("id", "titulo", "inicio", "prazo", "meta", "unidade", "peso", "prova")
    wanted = [
        {**{name: one[name] for name in names}, "acao": one["acao"]["nome"], "responsavel": "Maria Sigilosa"}
        for one in row["entregas"]
    ]
    given: dict[str, Any] = {"motivo": "Maria Sigilosa pediu.", "entregas": wanted}
    row = call(world, PREFEITURA, "plano_amend", id=plan, versao=row["versao"], **given)
    decision = {"decisao": "aprovar", "nota": "Sigilosa concorda."}
    row = call(world, EDITOR, "plano_decide_amendment", id=plan, versao=row["versao"], **decision)
    given["entregas"] = [{**wanted[0], "titulo": "Entrega Reservado"}, *wanted[1:]]
    return call(world, PREFEITURA, "plano_amend", id=plan, versao=row["versao"], **given)


IGNORED = {"api_token", "system_info"}


def contents() -> dict[str, list[str]]:
    """Every row that an attack could change: CKAN's and the programme's."""
    model.Session.rollback()
    tables = [name for name in sa.inspect(model.meta.engine).get_table_names() if name.startswith("msativo_")]
    found = {}
    for table in (*tables, *(one for one in TABLES if one not in IGNORED), "activity"):
        query = sa.text(f"SELECT to_jsonb(t)::text AS row FROM {table} t ORDER BY row")
        found[table] = list(model.Session.execute(query).scalars())
    model.Session.rollback()
    return found


def attempt(world: World, role: str, name: str, data: dict[str, Any]) -> bool:
    """Whether the call was refused, cleanly."""
    try:
        world.do(role, name, **data)
    except REFUSALS:
        model.Session.rollback()
        return True
    return False


def marks_in(text: str, *ids: str) -> list[str]:
    return [mark for mark in (*SECRETS, *ids) if mark in text]
