"""A portal in which every page of the programme has something to show, in each of its states.

The cycle in which Japorã and Sete Quedas joined, planned and sent evidence was in 2025; the one whose window is open is
reckoned from today, so that the forms of adesão are open whenever the tests run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import ckan.model as model
from ckan.tests import factories as ckan_factories
from ckan.tests import helpers

from ckanext.msativo.logic import outbox
from ckanext.msativo.programme.days import local_day
from ckanext.msativo.tests import adesao_world, factories
from ckanext.msativo.tests.adesao_world import JAPORA, NEIGHBOUR, PREFEITURA, SETE_QUEDAS
from ckanext.msativo.tests.cycle_world import SECRETARIA, action, call, evidence, joined, move, photo, published, sent
from ckanext.msativo.tests.cycle_world import review as answer
from ckanext.msativo.tests.factories import CODES, TERRITORY, load, member, part, tidy
from ckanext.msativo.tests.people_world import name_of
from ckanext.msativo.tests.test_permissions_world import ANONYMOUS, EDITOR, World

NOW = datetime.now().astimezone()


@dataclass(frozen=True)
class Portal:
    """The world of people and organisations, and what the addresses of the registry name: placeholder → id."""

    world: World
    names: dict[str, str]
    tokens: dict[str, str]
    data: tuple[str, ...]
    """Titles and texts that are data of the tests: no page's own words."""


def build(world: World) -> Portal:
    """Fill ``world``, whose database is otherwise empty."""
    names = _analysed(world) | _cycles() | _executed(world) | _asked_for(world) | _met(world)
    outbox.dispatch()
    tokens = {
        role: ckan_factories.APIToken(user=person["name"])["token"] for role, person in world.people.items() if person
    }
    return Portal(world, names, tokens, _data())


def _analysed(world: World) -> dict[str, str]:
    """Three indicators as of ``views/world.py``, a challenge of two, contests, a decision, a frozen snapshot."""
    owner = world.owner
    alfa = factories.Indicador(owner_org=owner, name="alfa", title="Taxa alfa")
    beta = factories.Indicador(owner_org=owner, name="beta", title="Índice beta", area="educacao", unidade="%")
    factories.Indicador(owner_org=owner, name="gama", title="Índice gama")
    rows = [("alfa", code, 2020, i) for i, code in enumerate(CODES, 1)]
    rows += [("alfa", code, 2019, 80 - i) for i, code in enumerate(CODES, 1)]
    rows += [("beta", code, 2020, i % 7) for i, code in enumerate(CODES, 1)]
    load(tidy(rows), decimal=".")
    factories.Desafio(
        name="reto",
        title="Desafio reto",
        owner_org=owner,
        secretaria=world.orgs["secretaria"]["name"],
        indicadores=[part(alfa, 1, True), part(beta)],
        rejeitados=[{"indicador": "tres", "motivo": "Não há dados."}],
    )
    helpers.call_action("msativo_analysis_run")
    given = {"desafio": "reto", "municipio": JAPORA}
    contest = call(world, PREFEITURA, "contestacao_create", texto="O valor é outro.", **given)
    other = call(world, PREFEITURA, "contestacao_create", indicador="alfa", municipio=JAPORA, texto="Falta um ano.")
    call(world, EDITOR, "contestacao_answer", id=other["id"], resposta="O ano foi incluído.", decisao="procedente")
    call(world, EDITOR, "foco_decide", classe="focal", motivo="Há uma obra em curso.", **given)
    snapshot = helpers.call_action("msativo_snapshot_list")["results"][0]
    return {
        "contestacao": str(contest["numero"]),
        "respondida": str(other["numero"]),
        "analise": str(snapshot["numero"]),
        "resource": helpers.call_action("package_show", id="alfa")["resources"][0]["id"],
        "org": world.orgs["coordenacao"]["name"],
        "orgao": world.orgs["prefeitura"]["name"],
        "dado": world.dado["name"],
        "recurso": world.own_resource,
        "pessoa": name_of(world, "prefeitura-admin"),
        "municipio": TERRITORY.by_code[JAPORA].slug,
    }


def _cycles() -> dict[str, str]:
    today = local_day(NOW)
    days = [str(today + timedelta(days=n)) for n in (-20, 700, -20, 40)]
    for name, given in {
        "2025": ["2025-07-01", "2025-12-31", "2025-07-01", "2025-07-31"],
        "atual": days,
    }.items():
        fields = dict(zip(("inicio", "fim", "adesao_inicio", "adesao_fim"), given, strict=True))
        helpers.call_action("msativo_ciclo_create", id=name, nome=f"Ciclo {name}", **fields)
    return {"ciclo": "2025"}


def _executed(world: World) -> dict[str, str]:
    """Actions in the menu and before it; plans in every state; evidence accepted, returned, waiting and in draft."""
    joined(world)
    joined(world, NEIGHBOUR, SETE_QUEDAS)
    menu = published(world)
    written = action(world, titulo="Ação em rascunho")
    discussed = move(world, SECRETARIA, action(world, titulo="Ação em comentários"), "abrir_comentarios")
    plan = _plan(world, PREFEITURA, JAPORA, menu, "aprovar")
    _plan(world, NEIGHBOUR, SETE_QUEDAS, menu, "aprovar")
    waiting = _plan(world, NEIGHBOUR, SETE_QUEDAS, published(world, titulo="Segunda ação"))
    draft = call(
        world, PREFEITURA, "plano_create", municipio=JAPORA, acoes=[published(world, titulo="Terceira")["nome"]]
    )
    courses, law = (one["id"] for one in plan["entregas"])
    shown = answer(
        world, sent(world, courses, publicavel=True, lugar="Escola"), "aceitar", publicar=True, nota="Muito bem."
    )
    returned = answer(world, sent(world, law, descricao="A lei.", quantidade=None), "devolver", nota="Falta a data.")
    queued = sent(world, courses, descricao="Mais um curso.", quantidade=5, upload=[photo(colour="blue")])
    unsent = evidence(world, courses, descricao="Em rascunho.", quantidade=2, upload=[photo(colour="green")])
    return {
        "acao": menu["nome"],
        "acao_rascunho": written["id"],
        "acao_comentarios": discussed["id"],
        "plano": plan["id"],
        "plano_enviado": waiting["id"],
        "plano_rascunho": draft["id"],
        "entrega": courses,
        "evidencia": shown["id"],
        "devolvida": returned["id"],
        "na_fila": queued["id"],
        "rascunho": unsent["id"],
    }


def _plan(world: World, role: str, code: str, menu: dict[str, Any], decision: str = "") -> dict[str, Any]:
    row = call(world, role, "plano_create", municipio=code, acoes=[menu["nome"]])
    row = call(world, role, "plano_submit", id=row["id"], versao=row["versao"])
    if decision:
        row = call(world, EDITOR, "plano_decide", id=row["id"], versao=row["versao"], decisao=decision)
    return row


def _asked_for(world: World) -> dict[str, str]:
    """In the cycle that is open, Japorã is writing its request and Sete Quedas waits for its answer."""
    written = adesao_world.on(
        world, NOW, PREFEITURA, "create", municipio=JAPORA, coordenador=adesao_world.COORDINATOR, pontos_focais=[]
    )
    waiting = adesao_world.draft(world, NEIGHBOUR, SETE_QUEDAS, str(local_day(NOW)))
    waiting = adesao_world.on(world, NOW, NEIGHBOUR, "submit", id=waiting["id"], versao=waiting["versao"])
    third = TERRITORY.by_code[CODES[0]]
    world.orgs["terceira"] = factories.Prefeitura(codigo_ibge=third.codigo_ibge)
    world.people["terceira-admin"] = member(world.orgs["terceira"], "admin")
    world.orgs["quarta"] = factories.Prefeitura(codigo_ibge=CODES[1])
    world.people["quarta-leitor"] = member(world.orgs["quarta"], "member")
    return {"adesao_rascunho": written["id"], "adesao": waiting["id"], "terceiro": third.codigo_ibge}


def _met(world: World) -> dict[str, str]:
    """The agenda that the rules make, an item by hand, meetings."""
    call(world, EDITOR, "agenda_run", NOW)
    dono = world.orgs["prefeitura"]["name"]
    item = call(world, EDITOR, "agenda_create", NOW, titulo="Ligar para a equipe", dono=dono, prazo="2099-12-20")
    given = {
        "hora": "14:30",
        "lugar": "Auditório",
        "participantes": ["Maria Sigilosa"],
        "pauta": "Prazos.",
        "decisoes": "Prazo mantido.",
        "publica": True,
    }
    past = call(world, EDITOR, "reuniao_create", NOW, titulo="Reunião passada", data="2025-09-30", **given)
    call(world, EDITOR, "reuniao_create", NOW, titulo="Próxima reunião", data="2099-11-30", **given)
    public = call(world, ANONYMOUS, "agenda_list", NOW)["results"][0]
    return {"item": str(item["numero"]), "item_publico": str(public["numero"]), "reuniao": past["id"]}


def _data() -> tuple[str, ...]:
    """What the factories invent, some of it in English; the longest first, for they may hold one another."""
    found: set[str] = set()
    for query in (
        model.Session.query(model.Group.title, model.Group.description, model.Group.name),
        model.Session.query(model.Package.title, model.Package.notes, model.Package.name),
        model.Session.query(model.User.fullname, model.User.about, model.User.name),
        model.Session.query(model.Resource.name, model.Resource.description, model.Resource.url),
        model.Session.query(model.ResourceView.title, model.ResourceView.description, model.ResourceView.id),
    ):
        found |= {text.strip() for row in query for text in row if text and text.strip()}
    return tuple(sorted(found, key=len, reverse=True))
