"""The agenda through the Action API: what the rules find in a real portal, and what people do with it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import helpers

from ckanext.msativo.model import AgendaItem, Aviso
from ckanext.msativo.tests import adesao_world, factories
from ckanext.msativo.tests.adesao_world import JAPORA, NEIGHBOUR, PREFEITURA, SETE_QUEDAS, add_cycles
from ckanext.msativo.tests.cycle_world import SECRETARIA, approved, call, evidence, review, sent
from ckanext.msativo.tests.factories import CODES, load_values
from ckanext.msativo.tests.test_permissions_world import (
    ANONYMOUS,
    EDITOR,
    OUTSIDER,
    World,
    world,  # noqa: F401 - the fixture
)

# ruff: noqa: F811 - tests take the imported fixture by its name


def run(world: World, day: str, **data: Any) -> dict[str, Any]:
    return call(world, EDITOR, "agenda_run", day, **data)


def items(world: World, role: str = EDITOR, day: str = "2025-12-01", **data: Any) -> list[dict[str, Any]]:
    return call(world, role, "agenda_list", day, **data)["results"]


def one(world: World, regra: str, role: str = EDITOR, **data: Any) -> dict[str, Any]:
    (row,) = items(world, role, regra=regra, **data)
    return row


def move(world: World, role: str, row: dict[str, Any], passo: str, day: str = "2025-12-12", **data: Any) -> Any:
    return call(world, role, "agenda_update", day, id=row["id"], versao=row["versao"], passo=passo, **data)


def _due(plan: dict[str, Any], title: str = "Formar professores") -> dict[str, Any]:
    return next(row for row in plan["entregas"] if row["titulo"] == title)


# -- the rules in a real portal ----------------------------------------------------------------------------------------
def test_a_request_is_on_the_agenda_from_day_7_and_more_urgent_on_days_12_and_14(world: World) -> None:
    add_cycles()
    request = adesao_world.sent(world, "2025-07-02")
    assert run(world, "2025-07-08")["abertos"] == []
    for day, mark, late in (("2025-07-09", 1, 0), ("2025-07-14", 2, 0), ("2025-07-16", 3, 0), ("2025-07-19", 3, 3)):
        run(world, day)
        row = one(world, "adesao_sem_resposta")
        # Class weight 1 × severity 1, 2, 3 × (1 + days late/30).
        assert row["prioridade"] == pytest.approx(mark * (1 + late / 30)), day
        assert (row["prazo"], row["codigo_ibge"], row["ciclo"]) == ("2025-07-16", JAPORA, "2025-2026")
    assert row["base"][0] == {
        "tipo": "adesao",
        "id": request["id"],
        "titulo": request["protocolo"],
        "url": f"/adesoes/{request['protocolo']}",
    }
    assert "2 jul 2025" in row["porque"] and request["protocolo"] in row["titulo"]
    request = adesao_world.on(world, "2025-07-20", EDITOR, "start_analysis", id=request["id"], versao=request["versao"])
    adesao_world.on(
        world, "2025-07-20", EDITOR, "decide", id=request["id"], versao=request["versao"], decisao="aprovar"
    )
    assert [row["regra"] for row in run(world, "2025-07-20")["encerrados"]] == ["adesao_sem_resposta"]
    closed = one(world, "adesao_sem_resposta")
    assert (closed["estado"], closed["por_regra"]) == ("concluida", True)
    steps = call(world, EDITOR, "agenda_show", id=closed["id"])["historico"]
    assert [(step["acao"], step["papel"]) for step in steps] == [
        ("criar", "sistema"),
        *[("editar", "sistema")] * 3,
        ("encerrar", "sistema"),
    ]
    assert steps[-1]["nota"] and steps[-1]["nota"] == tk._("The rule no longer holds.")


def test_a_delivery_is_replanned_by_its_prefeitura_after_30_days(world: World) -> None:
    plan = approved(world)
    delivery = _due(plan)
    assert delivery["prazo"] == "2025-11-09"
    law = _due(plan, "Aprovar a lei municipal")
    run(world, "2025-12-09")
    assert delivery["id"] not in {row["base"][0]["id"] for row in items(world, regra="entrega_atrasada")}
    run(world, "2025-12-10")
    rows = {row["base"][0]["id"]: row for row in items(world, day="2025-12-10", regra="entrega_atrasada")}
    row = rows[delivery["id"]]
    assert row["dono"]["id"] == JAPORA and row["prazo"] == "2025-12-25"
    # Class weight 1 × severity 2 × (1 + 31/30); the law was due on 30 September, 71 days before.
    assert row["prioridade"] == pytest.approx(2 * (1 + 31 / 30))
    assert rows[law["id"]]["prioridade"] == pytest.approx(2 * (1 + 71 / 30))
    assert [one["url"] for one in row["base"]] == [f"/entregas/{delivery['id']}", "/municipios/japora"]
    assert "31" in row["porque"] and "9 nov 2025" in row["porque"]
    # What waits for the State is not the prefeitura's to replan.
    sent(world, delivery["id"], day="2025-12-11")
    run(world, "2025-12-11")
    assert {one["base"][0]["id"] for one in items(world, regra="entrega_atrasada", aberta=True)} == {law["id"]}


def test_evidence_that_came_back_twice_is_for_its_secretariat_and_no_one_else_reads_of_it(world: World) -> None:
    delivery = _due(approved(world))
    row = sent(world, delivery["id"], day="2025-08-10")
    row = review(world, row, "devolver", day="2025-08-12", nota="Falta a lista.")
    run(world, "2025-08-12")
    assert items(world, regra="evidencia_devolvida") == []
    row = call(world, PREFEITURA, "evidencia_submit", "2025-08-14", id=row["id"], versao=row["versao"])
    row = review(world, row, "devolver", day="2025-08-20", nota="Ainda falta.")
    run(world, "2025-08-20")
    item = one(world, "evidencia_devolvida")
    assert (item["dono"]["tipo"], item["dono"]["id"]) == ("secretaria", world.orgs["secretaria"]["id"])
    assert (item["prazo"], item["publica"]) == ("2025-09-04", False)
    kinds = {part["tipo"]: part["url"] for part in item["base"]}
    assert kinds["evidencia"] == f"/evidencias/{row['id']}" and kinds["entrega"] == f"/entregas/{delivery['id']}"
    for role in (EDITOR, SECRETARIA, PREFEITURA):
        assert call(world, role, "agenda_show", id=item["id"])["id"] == item["id"]
    for role in (ANONYMOUS, OUTSIDER, NEIGHBOUR):
        assert items(world, role, regra="evidencia_devolvida") == []
        for reference in (item["id"], str(item["numero"])):
            with pytest.raises(tk.ObjectNotFound):
                call(world, role, "agenda_show", id=reference)
    # Accepted, it needs no support any more.
    row = call(world, PREFEITURA, "evidencia_submit", "2025-08-25", id=row["id"], versao=row["versao"])
    review(world, row, "aceitar", day="2025-08-26")
    assert [one["regra"] for one in run(world, "2025-08-26")["encerrados"]] == ["evidencia_devolvida"]


def test_a_review_past_its_deadline_is_escalated_and_the_public_reads_it_without_the_evidence(world: World) -> None:
    delivery = _due(approved(world))
    row = sent(world, delivery["id"], day="2025-08-10")
    run(world, "2025-08-25")
    assert items(world, regra="analise_atrasada") == []
    run(world, "2025-08-26")
    item = one(world, "analise_atrasada", ANONYMOUS)
    assert (item["dono"]["tipo"], item["prazo"]) == ("coordenacao", "2025-08-30")
    assert {part["tipo"] for part in item["base"]} == {"entrega", "municipio"}
    assert row["id"] not in str(item) and "versao" not in item
    assert {part["tipo"] for part in one(world, "analise_atrasada")["base"]} == {"entrega", "evidencia", "municipio"}


def test_a_plan_without_an_update_for_60_days_is_reactivated_and_a_draft_is_no_update(world: World) -> None:
    plan = approved(world, "2025-08-01")
    evidence(world, _due(plan)["id"], day="2025-09-01")
    run(world, "2025-09-29")
    assert items(world, regra="plano_parado") == []
    run(world, "2025-09-30")
    item = one(world, "plano_parado", ANONYMOUS)
    assert (item["base"][0]["id"], item["prazo"]) == (plan["id"], "2025-10-15")
    assert "1 ago 2025" in item["porque"] and "60" in item["porque"]
    sent(world, _due(plan, "Aprovar a lei municipal")["id"], day="2025-10-02", quantidade=None)
    assert [one["regra"] for one in run(world, "2025-10-02")["encerrados"]] == ["plano_parado"]


@pytest.fixture
def analysed(world: World) -> World:
    """A challenge of two indicators in which the last municipalities of the territory are the neediest."""
    add_cycles()
    for name in ("um", "dois"):
        row = factories.Indicador(owner_org=world.owner, name=name, title=f"Indicador {name}")
        load_values(row, {code: float(i) for i, code in enumerate(CODES)})
    factories.Desafio(
        owner_org=world.owner,
        name="reto",
        title="Desafio de exemplo",
        secretaria=world.orgs["secretaria"]["name"],
        ciclo="2025-2026",
        indicadores=[{"indicador": "um", "ancora": "true"}, {"indicador": "dois"}],
    )
    helpers.call_action("msativo_analysis_run")
    return world


def test_a_focal_municipality_is_contacted_until_it_asks_and_that_is_not_public(analysed: World) -> None:
    world = analysed
    focal = {
        row["codigo_ibge"] for row in helpers.call_action("msativo_foco_list", classe="focal", exato=True)["results"]
    }
    assert focal
    run(world, "2025-07-10")
    rows = items(world, regra="focal_sem_adesao")
    assert {row["codigo_ibge"] for row in rows} == focal and items(world, ANONYMOUS, regra="focal_sem_adesao") == []
    # Class weight 3 × severity 3, and the sum is told.
    assert {row["prioridade"] for row in rows} == {9.0} and "3" in rows[0]["formula"]
    assert "Desafio de exemplo" in rows[0]["porque"]
    if JAPORA not in focal:
        tk.get_action("msativo_foco_decide")(
            {"user": world.user(EDITOR)["name"]},  # pyright: ignore[reportOptionalSubscript]
            {"desafio": "reto", "municipio": JAPORA, "classe": "focal", "motivo": "Decisão de teste."},
        )
    run(world, "2025-07-11")
    assert {row["codigo_ibge"] for row in items(world, regra="focal_sem_adesao", aberta=True)} == focal | {JAPORA}
    adesao_world.sent(world, "2025-07-12")
    assert [row["regra"] for row in run(world, "2025-07-12")["encerrados"]] == ["focal_sem_adesao"]
    # Out of every cycle nobody can ask.
    assert {row["regra"] for row in run(world, "2029-06-01", simular=True)["abertos"]}.isdisjoint({"focal_sem_adesao"})


def test_old_data_are_on_the_agenda_with_the_year_that_was_to_be_expected(analysed: World) -> None:
    run(analysed, "2025-07-10")
    rows = {row["base"][0]["titulo"]: row for row in items(analysed, ANONYMOUS, regra="indicador_desatualizado")}
    assert "Indicador um" in rows and "2024" in rows["Indicador um"]["porque"]
    assert rows["Indicador um"]["base"][0]["url"].startswith("/indicador/")


# -- running -----------------------------------------------------------------------------------------------------------
def _state() -> list[Any]:
    model.Session.expire_all()
    rows = model.Session.query(AgendaItem).order_by(AgendaItem.numero).all()
    names = [column.name for column in AgendaItem.__table__.columns]
    return [tuple(str(getattr(row, name)) for name in names) for row in rows]


def test_a_second_run_changes_nothing_and_a_dry_run_writes_nothing(world: World) -> None:
    approved(world)
    preview = run(world, "2025-12-10", simular=True)
    assert preview["simulado"] and preview["abertos"] and _state() == []
    done = run(world, "2025-12-10")
    assert [row["titulo"] for row in done["abertos"]] == [row["titulo"] for row in preview["abertos"]]
    assert done["metodo"]["entrega_atrasada"]["days"] == 30
    before, notices = _state(), model.Session.query(Aviso).filter_by(tipo="agenda_item").count()
    again = run(world, "2025-12-10")
    assert (again["abertos"], again["atualizados"], again["encerrados"]) == ([], [], [])
    assert _state() == before and model.Session.query(Aviso).filter_by(tipo="agenda_item").count() == notices > 0
    # A day passes by itself: the facts move on, the matter, its due day and its version stay.
    (row, *_rest) = items(world, regra="entrega_atrasada", day="2025-12-10")
    assert run(world, "2025-12-11")["atualizados"]
    later = next(one for one in items(world, day="2025-12-11", regra="entrega_atrasada") if one["id"] == row["id"])
    assert later["prioridade"] > row["prioridade"]
    assert (later["prazo"], later["versao"]) == (row["prazo"], row["versao"])


def test_the_owner_alone_is_told_of_a_new_item_once(world: World) -> None:
    approved(world)
    run(world, "2025-12-10")
    run(world, "2025-12-11")
    told = {
        (notice.usuario_id, notice.url) for notice in model.Session.query(Aviso).filter_by(tipo="agenda_item").all()
    }
    rows = items(world, regra="entrega_atrasada")
    editors = {world.user(role)["id"] for role in ("prefeitura-editor", "prefeitura-admin")}  # type: ignore[index]
    for row in rows:
        assert {user for user, url in told if url == f"/agenda/{row['numero']}"} == editors


def test_past_and_future_are_looked_at_by_a_dry_run_only(world: World) -> None:
    plan = approved(world)
    with pytest.raises(tk.ValidationError):
        run(world, "2025-08-05", data="2025-12-10")
    seen = run(world, "2025-08-05", data="2025-12-10", simular=True)
    assert {row["objeto"] for row in seen["abertos"] if row["regra"] == "entrega_atrasada"} == {
        row["id"] for row in plan["entregas"]
    }
    # Before it was approved the plan was not there, whatever became of it since.
    assert run(world, "2025-12-10", data="2025-07-31", simular=True)["abertos"] == []


def test_what_is_discarded_stays_away_until_its_facts_change(world: World) -> None:
    delivery = _due(approved(world))
    run(world, "2025-12-10")
    row = next(one for one in items(world, regra="entrega_atrasada") if one["base"][0]["id"] == delivery["id"])
    with pytest.raises(tk.ValidationError) as refused:
        move(world, EDITOR, row, "descartar")
    assert set(refused.value.error_dict) == {"nota"}
    away = move(world, EDITOR, row, "descartar", nota="A prefeitura já replanejou.")
    assert (away["estado"], away["por_regra"], away["possiveis"]) == ("descartada", False, [])
    assert "A prefeitura já replanejou." not in str(call(world, ANONYMOUS, "agenda_show", id=row["id"]))
    objects = {one["objeto"] for one in run(world, "2026-03-10")["abertos"]}
    assert delivery["id"] not in objects
    # Part of it is validated now: another matter.
    sending = sent(world, delivery["id"], day="2026-03-11", quantidade=10)
    review(world, sending, "aceitar", day="2026-03-12")
    assert delivery["id"] in {one["objeto"] for one in run(world, "2026-03-12")["abertos"]}


def test_what_was_done_comes_back_after_30_days_when_the_rule_still_holds(world: World) -> None:
    delivery = _due(approved(world))
    run(world, "2025-12-10")
    row = next(one for one in items(world, regra="entrega_atrasada") if one["base"][0]["id"] == delivery["id"])
    begun = move(world, PREFEITURA, row, "iniciar")
    done = move(world, PREFEITURA, begun, "concluir", nota="Novo cronograma acordado.")
    assert done["estado"] == "concluida" and done["historico"][-1]["papel"] == "municipio"
    assert delivery["id"] not in {one["objeto"] for one in run(world, "2026-01-11")["abertos"]}
    assert delivery["id"] in {one["objeto"] for one in run(world, "2026-01-12")["abertos"]}


def test_settings_of_the_rules_are_kept_with_what_they_made_and_wrong_ones_are_refused(
    world: World, ckan_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved(world)
    monkeypatch.setitem(ckan_config, "msativo.agenda.regras", '{"entrega_atrasada": {"days": 200}}')
    assert run(world, "2025-12-10")["metodo"]["entrega_atrasada"]["days"] == 200
    assert items(world, regra="entrega_atrasada") == []
    for wrong in ("{", "[]", '{"nenhuma": {}}', '{"entrega_atrasada": {"days": "muitos"}}', '{"entrega_atrasada": 3}'):
        monkeypatch.setitem(ckan_config, "msativo.agenda.regras", wrong)
        with pytest.raises(tk.ValidationError) as refused:
            run(world, "2025-12-10")
        assert "msativo.agenda.regras" in refused.value.error_dict


# -- people ------------------------------------------------------------------------------------------------------------
GIVEN = {"titulo": "Ligar para o prefeito", "texto": "Assunto reservado.", "prazo": "2025-12-20", "prioridade": "alta"}


def test_an_item_by_hand_goes_from_the_secretariat_to_the_prefeitura_and_is_not_public(world: World) -> None:
    row = call(world, SECRETARIA, "agenda_create", "2025-12-01", dono="Japorã", **GIVEN)
    assert (row["regra"], row["dono"]["id"], row["codigo_ibge"], row["prioridade"]) == (None, JAPORA, JAPORA, 6.0)
    for role in (ANONYMOUS, NEIGHBOUR, OUTSIDER):
        assert items(world, role) == []
        with pytest.raises(tk.ObjectNotFound):
            call(world, role, "agenda_show", id=row["id"])
    assert [one["id"] for one in items(world, PREFEITURA, meus=True)] == [row["id"]]
    assert items(world, SECRETARIA, meus=True) == [] and len(items(world, SECRETARIA)) == 1
    changed = call(
        world, SECRETARIA, "agenda_update", id=row["id"], versao=row["versao"], publica=True, prazo="2025-12-22"
    )
    assert [one["prazo"] for one in items(world, ANONYMOUS, regra="manual")] == ["2025-12-22"]
    back = call(world, EDITOR, "agenda_update", id=row["id"], versao=changed["versao"], publica=False)
    assert items(world, ANONYMOUS) == [] and back["titulo"] == GIVEN["titulo"]
    changed = call(world, EDITOR, "agenda_update", id=row["id"], versao=back["versao"], publica=True)
    with pytest.raises(tk.NotAuthorized):
        call(world, PREFEITURA, "agenda_update", id=row["id"], versao=changed["versao"], titulo="Meu")
    said = call(world, PREFEITURA, "agenda_comment", id=row["id"], texto="Combinado por Maria Sigilosa.")
    assert [one["texto"] for one in said["comentarios"]] == ["Combinado por Maria Sigilosa."]
    assert "Sigilosa" not in str(call(world, ANONYMOUS, "agenda_show", id=row["id"]))
    done = move(world, PREFEITURA, changed, "concluir")
    with pytest.raises(tk.ValidationError):
        call(world, EDITOR, "agenda_update", id=row["id"], versao=done["versao"], titulo="Outro")
    # The rules do not touch it.
    assert run(world, "2025-12-31")["encerrados"] == [] and items(world, regra="manual")[0]["por_regra"] is False


def test_two_who_saw_the_same_version_cannot_both_write(world: World) -> None:
    row = call(world, EDITOR, "agenda_create", "2025-12-01", dono=world.orgs["secretaria"]["name"], **GIVEN)
    move(world, SECRETARIA, row, "iniciar")
    with pytest.raises(tk.ValidationError) as refused:
        move(world, EDITOR, row, "descartar", nota="Não vale mais.")
    error: Any = refused.value.error_dict
    assert error["atual"][0]["estado"] == "em_andamento" and error["versao"]


@pytest.mark.parametrize("role", [ANONYMOUS, OUTSIDER, NEIGHBOUR, "prefeitura-member", "coordenacao-member"])
def test_nobody_moves_an_item_that_is_not_his(world: World, role: str) -> None:
    approved(world)
    run(world, "2025-12-10")
    rule = items(world, regra="entrega_atrasada")[0]
    hand = call(world, EDITOR, "agenda_create", "2025-12-01", dono=world.orgs["secretaria"]["name"], **GIVEN)
    before = _state()
    for row in (rule, hand):
        for reference in (row["id"], str(row["numero"]), row["numero"]):
            for data in ({"passo": "iniciar"}, {"passo": "descartar", "nota": "x"}, {"titulo": "Meu"}):
                with pytest.raises(tk.NotAuthorized):
                    call(world, role, "agenda_update", id=reference, versao=row["versao"], **data)
            with pytest.raises(tk.NotAuthorized):
                call(world, role, "agenda_comment", id=reference, texto="Olá")
    for action, data in (
        ("agenda_run", {}),
        ("agenda_run", {"simular": True}),
        ("agenda_create", {"dono": "Japorã", **GIVEN}),
    ):
        with pytest.raises(tk.NotAuthorized):
            call(world, role, action, **data)
    assert _state() == before


def test_a_prefeitura_neither_discards_nor_adds_nor_closes_as_the_rule_would(world: World) -> None:
    approved(world)
    run(world, "2025-12-10")
    row = items(world, PREFEITURA, regra="entrega_atrasada")[0]
    for passo in ("descartar", "encerrar", "criar", ""):
        with pytest.raises(tk.ValidationError):
            move(world, PREFEITURA, row, passo, nota="Não quero.")
    with pytest.raises(tk.NotAuthorized):
        call(world, PREFEITURA, "agenda_create", dono="Japorã", **GIVEN)
    for role in (PREFEITURA, EDITOR):
        with pytest.raises(tk.ValidationError):
            call(world, role, "agenda_update", id=row["id"], versao=row["versao"], titulo="Meu", prazo="2030-01-01")


@pytest.mark.parametrize(
    "data",
    [
        {"dono": "nenhures"},
        {"prazo": "amanhã"},
        {"titulo": ""},
        {"titulo": "x" * 201},
        {"titulo": "a\x00b"},
        {"prioridade": "urgentíssima"},
        {"municipio": "Sucupira"},
        {"dono": "\x00"},
    ],
)
def test_a_wrong_field_is_named(world: World, data: dict[str, Any]) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        call(world, EDITOR, "agenda_create", **{"dono": "Japorã", **GIVEN, **data})
    assert set(refused.value.error_dict) == set(data)


def test_the_list_is_narrowed_and_ordered(world: World) -> None:
    approved(world)
    run(world, "2025-12-10")
    call(world, EDITOR, "agenda_create", "2025-12-10", dono="Sete Quedas", **{**GIVEN, "prazo": "2025-12-11"})
    rows = items(world)
    assert [row["prioridade"] for row in rows] == sorted((row["prioridade"] for row in rows), reverse=True)
    assert {row["codigo_ibge"] for row in items(world, municipio="Sete Quedas")} == {SETE_QUEDAS}
    assert {row["dono"]["id"] for row in items(world, dono=JAPORA)} == {JAPORA}
    assert items(world, ciclo="2027-2028") == [] and len(items(world, ciclo="2025-2026")) == len(rows)
    dues = [date.fromisoformat(row["prazo"]) for row in items(world, ordenar="prazo")]
    assert dues == sorted(dues)
    late = items(world, vencida=True, day="2025-12-12")
    assert [row["prazo"] for row in late if row["regra"] is None] == ["2025-12-11"]
    assert all(row["dias_restantes"] < 0 for row in late)
    page = call(world, EDITOR, "agenda_list", limit=1, offset=1)
    assert page["count"] == len(rows) and page["results"][0]["id"] == rows[1]["id"]
    assert datetime.fromisoformat(rows[0]["criada_em"]).utcoffset() is not None
