"""What the cycle promises beyond its straight way: conflicts, places, amendments, concurrency, the cycle's end."""

# ruff: noqa: F811 - tests take the imported fixture by its name

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.tests import helpers

from ckanext.msativo.logic import cycle_reminders, evidencias, publication
from ckanext.msativo.logic import steps as logic_steps
from ckanext.msativo.logic.reminders import SOURCES, remind
from ckanext.msativo.model import Evidencia, Plano, Transicao
from ckanext.msativo.tests import factories
from ckanext.msativo.tests.adesao_world import JAPORA, NEIGHBOUR, PREFEITURA, SETE_QUEDAS, add_cycles, moment
from ckanext.msativo.tests.cycle_world import (
    SECRETARIA,
    action,
    approved,
    call,
    draft,
    evidence,
    joined,
    move,
    published,
    review,
    sent,
)
from ckanext.msativo.tests.test_permissions_world import (
    ANONYMOUS,
    EDITOR,
    Web,
    World,
    web,  # noqa: F401 - the fixture
    world,  # noqa: F401 - the fixture
)

ADMIN = "coordenacao-admin"


def _given(plan: dict[str, Any], **changes: Any) -> list[dict[str, Any]]:
    """The deliveries of a plan as a call sends them, with changes to the first."""
    names = ("id", "titulo", "inicio", "prazo", "meta", "unidade", "peso", "prova", "responsavel")
    rows = [{**{name: row.get(name) for name in names}, "acao": row["acao"]["nome"]} for row in plan["entregas"]]
    rows[0] |= changes
    return rows


# -- the menu ----------------------------------------------------------------------------------------------------------
def test_secretariats_write_an_action_together_and_the_coordenacao_approves_it(world: World, subtests: Any) -> None:
    add_cycles()
    row = action(world)
    with subtests.test("a draft is for secretariats and the coordenação"):
        assert call(world, ANONYMOUS, "acao_list")["count"] == 0
        with pytest.raises(tk.ObjectNotFound):
            call(world, PREFEITURA, "acao_show", id=row["nome"])
        assert model.Package.get(row["id"]) is None
    other = factories.Secretaria()
    person = factories.member(other)
    world.people["outra-secretaria"] = person
    with subtests.test("another secretariat reads and comments, and writes once it contributes"):
        call(world, "outra-secretaria", "acao_comment", id=row["id"], texto="E o transporte?")
        with pytest.raises(tk.NotAuthorized):
            call(world, "outra-secretaria", "acao_update", id=row["id"], versao=row["versao"], apoio="x")
        row = call(world, SECRETARIA, "acao_update", id=row["id"], versao=row["versao"], contribuem=[other["name"]])
        row = call(world, "outra-secretaria", "acao_update", id=row["id"], versao=row["versao"], apoio="Transporte.")
        assert [one["texto"] for one in row["comentarios"]] == ["E o transporte?"]
    with subtests.test("only the coordenação approves"):
        row = move(world, SECRETARIA, row, "abrir_comentarios")
        with pytest.raises(tk.ValidationError, match=r"Aprovar|Approve"):
            move(world, SECRETARIA, row, "aprovar")
        row = move(world, EDITOR, row, "aprovar")
        row = move(world, SECRETARIA, row, "publicar")
        assert call(world, ANONYMOUS, "acao_show", id=row["nome"])["apoio"] == "Transporte."
        assert helpers.call_action("package_search", q="Formação")["count"] == 1
    with subtests.test("a new version stands beside the one in the menu until it is published"):
        row = move(world, SECRETARIA, row, "revisar")
        row = call(world, SECRETARIA, "acao_update", id=row["id"], versao=row["versao"], titulo="Formação nova")
        assert call(world, ANONYMOUS, "acao_show", id=row["nome"])["titulo"] == "Formação continuada"
        for passo, role in (("abrir_comentarios", SECRETARIA), ("aprovar", EDITOR), ("publicar", SECRETARIA)):
            row = move(world, role, row, passo)
        history = call(world, ANONYMOUS, "acao_history", id=row["nome"])
        assert [(one["numero"], one["titulo"]) for one in history["results"]] == [
            (2, "Formação nova"),
            (1, "Formação continuada"),
        ]
    with subtests.test("withdrawn, it is nowhere in public"):
        move(world, SECRETARIA, row, "retirar", nota="Sem orçamento.")
        assert call(world, ANONYMOUS, "acao_list")["count"] == 0
        assert helpers.call_action("package_search", q="Formação")["count"] == 0


def test_adoption_is_voluntary_and_its_places_are_counted(world: World, subtests: Any) -> None:
    add_cycles()
    row = published(world, vagas=1)
    with subtests.test("only who has joined"), pytest.raises(tk.ValidationError):
        call(world, PREFEITURA, "acao_adopt", municipio=JAPORA, acao=row["nome"], decisao="adotada")
    joined(world)
    joined(world, NEIGHBOUR, SETE_QUEDAS)
    call(world, PREFEITURA, "acao_adopt", municipio=JAPORA, acao=row["nome"], decisao="recusada", motivo="Sem equipe.")
    call(world, NEIGHBOUR, "acao_adopt", municipio=SETE_QUEDAS, acao=row["nome"], decisao="adotada")
    with subtests.test("the only place is taken"), pytest.raises(tk.ValidationError, match="1"):
        call(world, PREFEITURA, "acao_adopt", municipio=JAPORA, acao=row["nome"], decisao="adotada")
    call(world, NEIGHBOUR, "acao_adopt", municipio=SETE_QUEDAS, acao=row["nome"], decisao="aberta")
    call(world, PREFEITURA, "acao_adopt", municipio=JAPORA, acao=row["nome"], decisao="adotada")
    with subtests.test("not for another municipality"), pytest.raises(tk.NotAuthorized):
        call(world, NEIGHBOUR, "acao_adopt", municipio=JAPORA, acao=row["nome"], decisao="aberta")
    with subtests.test("every change of mind is kept"):
        rows = model.Session.query(Transicao).filter_by(objeto_tipo="adocao").order_by(Transicao.id).all()
        assert [(one.de, one.para) for one in rows] == [
            ("aberta", "recusada"),
            ("aberta", "adotada"),
            ("adotada", "aberta"),
            ("recusada", "adotada"),
        ]


# -- plans -------------------------------------------------------------------------------------------------------------
def test_a_draft_is_edited_with_every_problem_told_and_a_second_writer_sees_both(world: World, subtests: Any) -> None:
    plan = draft(world)
    with subtests.test("every problem at once, where it is"):
        rows = [*_given(plan, prazo="ontem", peso="-1"), {"acao": "nenhuma", "titulo": ""}]
        with pytest.raises(tk.ValidationError) as caught:
            call(world, PREFEITURA, "plano_update", id=plan["id"], versao=plan["versao"], entregas=rows)
        told = " ".join(caught.value.error_dict["entregas"])
        assert all(part in told for part in ("1, prazo", "1, peso", "3, titulo", "3, inicio"))
    with subtests.test("an action and a delivery that are not the plan's"):
        for wrong in ({"acao": "nenhuma"}, {"id": "de-outro"}):
            with pytest.raises(tk.ValidationError):
                rows = _given(plan, **wrong)
                call(world, PREFEITURA, "plano_update", id=plan["id"], versao=plan["versao"], entregas=rows)
    changed = call(
        world,
        PREFEITURA,
        "plano_update",
        id=plan["id"],
        versao=plan["versao"],
        titulo="Nosso plano",
        entregas=_given(plan, meta=60, responsavel="Maria Sigilosa"),
    )
    assert [row["meta"] for row in changed["entregas"]] == [60, None]
    with subtests.test("the second writer is told what it is now, and nothing of his is written"):
        with pytest.raises(tk.ValidationError) as caught:
            call(world, PREFEITURA, "plano_update", id=plan["id"], versao=plan["versao"], titulo="Outro")
        assert caught.value.error_dict["atual"][0]["titulo"] == "Nosso plano"
        assert call(world, PREFEITURA, "plano_show", id=plan["id"])["titulo"] == "Nosso plano"
    with subtests.test("due after the cycle's end"):
        late = call(
            world,
            PREFEITURA,
            "plano_update",
            id=plan["id"],
            versao=changed["versao"],
            entregas=_given(changed, prazo="2027-03-01"),
        )
        with pytest.raises(tk.ValidationError, match="2026"):
            call(world, PREFEITURA, "plano_submit", id=plan["id"], versao=late["versao"])
    with subtests.test("a draft is nobody else's"):
        assert call(world, NEIGHBOUR, "plano_list")["count"] == 0
        for role in (NEIGHBOUR, ANONYMOUS, SECRETARIA):
            with pytest.raises(tk.ObjectNotFound):
                call(world, role, "plano_show", id=plan["id"])
        with pytest.raises(tk.NotAuthorized):
            call(world, NEIGHBOUR, "plano_update", id=plan["id"], versao=1, titulo="x")


def test_a_secretariat_sees_who_answers_for_the_deliveries_of_its_own_actions(world: World, subtests: Any) -> None:
    plan = draft(world)
    other = factories.Secretaria()
    world.people["outra-secretaria"] = factories.member(other)
    row = call(world, EDITOR, "acao_create", secretaria=other["name"], titulo="Outra ação", **_served(world))
    for role, passo in ((EDITOR, "abrir_comentarios"), (EDITOR, "aprovar"), (EDITOR, "publicar")):
        row = move(world, role, row, passo)
    actions = [plan["acoes"][0]["nome"], row["nome"]]
    plan = call(world, PREFEITURA, "plano_update", id=plan["id"], versao=plan["versao"], acoes=actions)
    rows = [{**one, "responsavel": f"Responsável por {one['acao']}"} for one in _given(plan)]
    plan = call(world, PREFEITURA, "plano_update", id=plan["id"], versao=plan["versao"], entregas=rows)
    plan = call(world, PREFEITURA, "plano_submit", id=plan["id"], versao=plan["versao"])
    call(world, EDITOR, "plano_decide", id=plan["id"], versao=plan["versao"], decisao="aprovar")
    for role, own in ((SECRETARIA, actions[0]), ("outra-secretaria", actions[1])):
        for action_name, given in (("plano_show", {"id": plan["id"]}), ("entrega_list", {"plano": plan["id"]})):
            with subtests.test(f"{role}, {action_name}"):
                answer = call(world, role, action_name, **given)
                seen = {
                    one["acao"]["nome"] for one in answer.get("entregas", answer.get("results")) if "responsavel" in one
                }
                assert seen == {own}
    listed = call(world, ANONYMOUS, "plano_list")["results"][0]
    assert listed["progresso"]["entregas"] == len(rows) and "versao" not in listed


def _served(world: World) -> dict[str, Any]:
    return {
        "resumo": "x",
        "indicadores": [world.indicador["name"]],
        "entregas": [{"titulo": "Uma entrega", "dias": 30}],
    }


def test_an_amendment_holds_from_its_approval_on(world: World, subtests: Any) -> None:
    plan = approved(world)
    first = sent(world, plan["entregas"][0]["id"], day="2025-08-20", quantidade=30)
    review(world, first, "aceitar", day="2025-08-21")
    plan = call(world, PREFEITURA, "plano_show", "2025-08-22", id=plan["id"])
    assert plan["diferencas"] == [] and plan["proposta"] is None
    base = {"id": plan["id"], "versao": plan["versao"]}
    new = {"acao": plan["acoes"][0]["nome"], "titulo": "Comprar livros", "inicio": "2025-09-01", "prazo": "2025-10-01"}
    with subtests.test("a target below what was accepted"), pytest.raises(tk.ValidationError, match="30"):
        call(world, PREFEITURA, "plano_amend", **base, motivo="Menos alunos", entregas=_given(plan, meta=20))
    with subtests.test("no target after some was accepted"), pytest.raises(tk.ValidationError, match="30"):
        call(world, PREFEITURA, "plano_amend", **base, motivo="Sem meta", entregas=_given(plan, meta=None))
    with subtests.test("a reason is needed"), pytest.raises(tk.ValidationError):
        call(world, PREFEITURA, "plano_amend", **base, entregas=_given(plan, meta=60))
    wanted = [_given(plan, meta=60)[0], new]
    asked = call(world, PREFEITURA, "plano_amend", "2025-08-22", **base, motivo="Mais alunos", entregas=wanted)
    assert {(one["titulo"], one["mudanca"]) for one in asked["diferencas"]} == {
        ("Formar professores", "alterada"),
        ("Comprar livros", "nova"),
        ("Aprovar a lei municipal", "cancelada"),
    }
    public = call(world, ANONYMOUS, "plano_show", "2025-08-23", id=plan["id"])
    assert "proposta" not in public and public["entregas"][0]["meta"] == 50
    decided = call(
        world, EDITOR, "plano_decide_amendment", "2025-09-01", id=plan["id"], versao=asked["versao"], decisao="aprovar"
    )
    states = {row["titulo"]: row["estado"] for row in decided["entregas"]}
    assert states["Aprovar a lei municipal"] == "cancelada" and states["Comprar livros"] == "planejada"
    shares = {
        day: call(world, ANONYMOUS, "entrega_list", "2025-09-02", plano=plan["id"], data=day)["results"][0]["validado"]
        for day in ("2025-08-31", "2025-09-01")
    }
    assert shares == {"2025-08-31": 0.6, "2025-09-01": 0.5}


# -- evidence ----------------------------------------------------------------------------------------------------------
def test_partly_accepted_evidence_keeps_the_delivery_open_and_is_locked(world: World, subtests: Any) -> None:
    entrega = approved(world)["entregas"][0]["id"]
    row = sent(world, entrega)
    with subtests.test("a second one while the first waits"):
        second = evidence(world, entrega)
        with pytest.raises(tk.ValidationError):
            call(world, PREFEITURA, "evidencia_submit", id=second["id"], versao=second["versao"])
    with subtests.test("more than was declared"), pytest.raises(tk.ValidationError):
        review(world, row, "aceitar_parcial", quantidade_aceita=31, nota="x")
    with subtests.test("nobody reviews his own"), pytest.raises(tk.NotAuthorized):
        review(world, row, "aceitar", role=PREFEITURA)
    row = review(world, row, "aceitar_parcial", quantidade_aceita=10, nota="Só uma turma.")
    assert row["estado"] == "aceita_parcial"
    assert call(world, PREFEITURA, "entrega_show", id=entrega)["estado"] == "em_execucao"
    with subtests.test("acceptance locks"):
        with pytest.raises(tk.ValidationError):
            call(world, PREFEITURA, "evidencia_update", id=row["id"], versao=row["versao"], descricao="Outra")
        with pytest.raises(tk.ValidationError):
            call(world, PREFEITURA, "evidencia_submit", id=row["id"], versao=row["versao"])
    with subtests.test("the same file again is pointed out"):
        again = call(world, PREFEITURA, "evidencia_show", id=second["id"])
        assert again["arquivos"][0]["iguais"] == [row["id"]]


def test_a_review_is_given_to_somebody_and_covered_while_that_one_is_away(world: World, subtests: Any) -> None:
    row = sent(world, approved(world)["entregas"][0]["id"])
    names = {role: world.user(role)["name"] for role in (SECRETARIA, "secretaria-admin", PREFEITURA)}  # type: ignore[index]
    base = {"id": row["id"]}
    with subtests.test("not to one who cannot review it"), pytest.raises(tk.ValidationError):
        call(world, SECRETARIA, "evidencia_assign", **base, versao=row["versao"], revisor=names[PREFEITURA])
    call(world, SECRETARIA, "evidencia_assign", **base, versao=row["versao"], revisor=names[SECRETARIA])
    mine = {"fila": True, "minhas": True}
    counts = [call(world, role, "evidencia_list", **mine)["count"] for role in (SECRETARIA, "secretaria-admin")]
    assert counts == [1, 0]
    away = {"inicio": "2025-08-02", "fim": "2025-08-10", "substituto": names["secretaria-admin"]}
    call(world, SECRETARIA, "ausencia_create", **away)
    days = ("2025-08-01", "2025-08-05", "2025-08-11")
    assert [call(world, "secretaria-admin", "evidencia_list", day, **mine)["count"] for day in days] == [0, 1, 0]


def test_only_what_is_accepted_and_agreed_on_is_published_as_clean_copies(
    world: World, app: Any, subtests: Any
) -> None:
    entrega = approved(world)["entregas"][0]["id"]
    row = sent(world, entrega, publicavel=False)
    with subtests.test("without the prefeitura's word nothing is published, and nothing is half done"):
        with pytest.raises(tk.ValidationError):
            review(world, row, "aceitar", publicar=True)
        assert call(world, PREFEITURA, "evidencia_show", id=row["id"])["estado"] == "enviada"
    row = review(world, row, "devolver", nota="Marque se pode ser publicada.")
    row = call(world, PREFEITURA, "evidencia_update", id=row["id"], versao=row["versao"], publicavel=True)
    row = call(world, PREFEITURA, "evidencia_submit", id=row["id"], versao=row["versao"])
    assert model.Package.get(row["id"]) is None
    row = review(world, row, "aceitar", publicar=True)
    shown = call(world, ANONYMOUS, "evidencia_show", id=row["id"])
    assert shown["publicada"] and "arquivos" not in shown
    dataset = helpers.call_action("package_show", id=row["id"])
    assert [one["name"] for one in dataset["resources"]] == ["evidencia-1.jpeg"]
    url = f"/dataset/{dataset['id']}/resource/{dataset['resources'][0]['id']}/download/evidencia-1.jpeg"
    content = app.get(url).data
    assert content.startswith(b"\xff\xd8") and b"Sigilosa" not in content
    assert (
        evidencias.file_content(
            {"user": ""}, row["id"], call(world, EDITOR, "evidencia_show", id=row["id"])["arquivos"][0]["id"]
        )
        is None
    )


def test_what_fails_in_the_middle_leaves_nothing_half_done(world: World, monkeypatch: Any, subtests: Any) -> None:
    plan = draft(world)
    plan = call(world, PREFEITURA, "plano_submit", id=plan["id"], versao=plan["versao"])

    def broken(*_args: Any) -> None:
        raise OSError("the disk is full")

    for module, name in ((publication, "publish"), (logic_steps, "record")):
        with subtests.test(name):
            with monkeypatch.context() as patched:
                patched.setattr(module, name, broken)
                with pytest.raises(OSError, match="disk"):
                    call(world, EDITOR, "plano_decide", id=plan["id"], versao=plan["versao"], decisao="aprovar")
            now = call(world, EDITOR, "plano_show", id=plan["id"])
            assert (now["estado"], now["versao"]) == ("enviado", plan["versao"])
            assert model.Package.get(plan["id"]) is None
            assert call(world, ANONYMOUS, "plano_list")["count"] == 0
    decided = call(world, EDITOR, "plano_decide", id=plan["id"], versao=plan["versao"], decisao="aprovar")
    assert decided["estado"] == "aprovado"


# -- at once -----------------------------------------------------------------------------------------------------------
def _at_once(work: Callable[[int], Any], times: int) -> list[Any]:
    """Run it in threads at the same moment; what each returned or raised."""
    from flask import current_app

    app, gate = current_app._get_current_object(), threading.Barrier(times)  # type: ignore[attr-defined]
    found: list[Any] = [None] * times

    def run(number: int) -> None:
        with app.test_request_context():
            gate.wait()
            try:
                found[number] = work(number)
            except Exception as error:
                found[number] = error
            finally:
                model.Session.remove()

    model.Session.remove()
    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_of_many_answers_at_once_one_stands(world: World, subtests: Any) -> None:
    plan = approved(world)
    row = sent(world, plan["entregas"][0]["id"])
    answers = _at_once(lambda n: review(world, row, "aceitar" if n % 2 else "devolver", nota="Porque sim."), 6)
    assert sum(isinstance(one, dict) for one in answers) == 1
    assert all(isinstance(one, dict | tk.ValidationError) for one in answers)
    steps = [one["acao"] for one in call(world, EDITOR, "evidencia_history", id=row["id"])["results"]]
    assert len(steps) == 4 and steps[:3] == ["criar", "enviar", "analisar"]
    with subtests.test("two evidences of one delivery sent at the same time"):
        other = plan["entregas"][1]["id"]
        drafts = [evidence(world, other, quantidade=None) for _ in range(4)]
        results = _at_once(
            lambda n: call(world, PREFEITURA, "evidencia_submit", id=drafts[n]["id"], versao=drafts[n]["versao"]), 4
        )
        assert sum(isinstance(one, dict) for one in results) == 1
        waiting = model.Session.query(Evidencia).filter_by(entrega_id=other, estado="enviada").count()
        assert waiting == 1


def test_ten_municipalities_at_once_take_the_three_places_of_an_action(world: World) -> None:
    add_cycles()
    row = published(world, vagas=3)
    codes = [code for code in factories.CODES if code not in (JAPORA, SETE_QUEDAS)][:10]
    people = {}
    for code in codes:
        people[code] = factories.member(factories.Prefeitura(codigo_ibge=code))
        world.people[code] = people[code]
        joined(world, code, code)
    results = _at_once(lambda n: call(world, codes[n], "plano_create", municipio=codes[n], acoes=[row["nome"]]), 10)
    assert sum(isinstance(one, dict) for one in results) == 3
    assert all(isinstance(one, dict | tk.ValidationError) for one in results)
    assert model.Session.query(Plano).count() == 3
    assert model.Session.execute(sa.text("SELECT count(*) FROM msativo_adocao")).scalar() == 3


# -- the cycle's end ---------------------------------------------------------------------------------------------------
def test_a_cycle_is_closed_and_what_was_chosen_goes_on(world: World, subtests: Any) -> None:
    plan = approved(world)
    first = sent(world, plan["entregas"][0]["id"], day="2025-08-20", quantidade=30)
    review(world, first, "aceitar", day="2025-08-21")
    day, cycle = "2027-01-02", {"id": "2025-2026"}
    with subtests.test("not before its end"), pytest.raises(tk.ValidationError):
        call(world, ADMIN, "ciclo_close", "2026-12-31", **cycle)
    with subtests.test("only an administrator"), pytest.raises(tk.NotAuthorized):
        call(world, EDITOR, "ciclo_close", day, **cycle)
    shown = call(world, ADMIN, "ciclo_close", day, **cycle, simular=True)
    assert (shown["adesoes"], shown["planos"]) == (1, 1)
    assert shown["levados"][0]["entregas"] == ["Formar professores", "Aprovar a lei municipal"]
    done = call(world, ADMIN, "ciclo_close", day, **cycle, levar=[plan["id"]], para="2027-2028")
    assert call(world, ANONYMOUS, "plano_show", day, id=plan["id"])["estado"] == "encerrado"
    assert call(world, ANONYMOUS, "adesao_list", day)["results"][0]["estado"] == "encerrada"
    new = call(world, PREFEITURA, "plano_show", day, id=done["levados"][0]["novo"])
    assert (new["estado"], new["ciclo"]) == ("rascunho", "2027-2028")
    # 30 of 50 were accepted; the delivery had 100 days.
    assert (new["entregas"][0]["meta"], new["entregas"][0]["prazo"]) == (20, "2027-04-11")
    with subtests.test("it is sent once the municipality has joined the new cycle"), pytest.raises(tk.ValidationError):
        call(world, PREFEITURA, "plano_submit", day, id=new["id"], versao=new["versao"])
    with subtests.test("doing it again changes nothing"):
        assert call(world, ADMIN, "ciclo_close", day, **cycle)["planos"] == 0


# -- downloads ---------------------------------------------------------------------------------------------------------
def test_downloads_hold_what_everyone_may_have_whoever_asks(world: World, web: Web) -> None:
    web.log_in(world.user(EDITOR))
    assert "5004809" not in web.get("/dados/planos.csv").body
    draft(world)
    files = {name: web.get(f"/dados/{name}.csv") for name in ("adesoes", "planos")}
    assert "MSA-2025-" in files["adesoes"].body and "5004809" not in files["planos"].body
    plan = call(world, PREFEITURA, "plano_list")["results"][0]
    sent_plan = call(world, PREFEITURA, "plano_submit", id=plan["id"], versao=plan["versao"])
    call(world, EDITOR, "plano_decide", id=plan["id"], versao=sent_plan["versao"], decisao="aprovar")
    again = web.get("/dados/planos.csv", headers={"If-None-Match": files["planos"].headers["ETag"]})
    assert again.status_code == 200 and plan["id"] in again.body


# -- reminders ---------------------------------------------------------------------------------------------------------
def test_reviews_and_deliveries_are_reminded_of_once(world: World) -> None:
    assert cycle_reminders.waiting_evidences in SOURCES.values()
    sent(world, approved(world)["entregas"][0]["id"], day="2025-08-01")
    days = ("2025-08-02", "2025-08-08", "2025-08-08", "2025-08-16", "2025-08-17", "2025-09-25", "2025-10-01")
    told = [remind(moment(day))["lembretes"]["evidencia"] > 0 for day in days]
    assert told == [False, True, False, True, True, False, False]
    kinds = model.Session.execute(sa.text("SELECT DISTINCT tipo FROM msativo_aviso")).scalars().all()
    assert {"evidencia_enviada", "evidencia_aviso", "evidencia_atrasada", "evidencia_escalada"} <= set(kinds)
    assert {"entrega_prazo", "entrega_atrasada"} <= set(kinds)
