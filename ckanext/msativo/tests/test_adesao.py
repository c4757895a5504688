"""A request to join, from the draft to the answer: its steps, its deadlines, and that there is only one."""

from __future__ import annotations

import threading
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan.tests import helpers

from ckanext.msativo.logic import seed_programme, terms
from ckanext.msativo.tests import factories
from ckanext.msativo.tests.adesao_world import (
    COORDINATOR,
    FOCAL,
    JAPORA,
    PDF,
    PREFEITURA,
    SETE_QUEDAS,
    add_cycles,
    draft,
    moment,
    on,
    pdf,
    sent,
)
from ckanext.msativo.tests.test_permissions_world import (
    ADMIN,
    EDITOR,
    SYSADMIN,
    World,
    world,  # noqa: F401 - the fixture
)

# ruff: noqa: F811 - tests take the imported fixture by its name


@pytest.fixture
def cycles(world: World) -> World:
    add_cycles()
    return world


def problems(*call: Any, **data: Any) -> dict[str, Any]:
    """What the action says is wrong; that it says so is part of the test."""
    with pytest.raises(tk.ValidationError) as caught:
        on(*call, **data)
    return caught.value.error_dict


def versions(row: dict[str, Any]) -> dict[str, Any]:
    return {"id": row["id"], "versao": row["versao"]}


def test_a_request_from_the_draft_to_the_approval(cycles: World) -> None:
    row = draft(cycles)
    assert (row["estado"], row["protocolo"], row["perdido"]) == ("rascunho", None, None)
    assert row["coordenador"] == COORDINATOR and row["pontos_focais"] == [FOCAL]
    assert row["possiveis"] == ["enviar", "retirar"]
    row = on(cycles, "2025-07-03", PREFEITURA, "submit", **versions(row))
    assert row["protocolo"].startswith("MSA-2025-000001-")
    assert (row["estado"], row["prazo"], row["dias_restantes"]) == ("enviada", "2025-07-17", 14)
    row = on(cycles, "2025-07-04", EDITOR, "start_analysis", id=row["protocolo"], versao=row["versao"])
    row = on(cycles, "2025-07-10", EDITOR, "decide", **versions(row), decisao="aprovar")
    assert (row["estado"], row["atrasada"], row["possiveis"]) == ("aprovada", False, [])
    assert row["respostas"] == [
        {"de": "2025-07-03", "prazo": "2025-07-17", "respondida": "2025-07-10", "dias": 7, "no_prazo": True}
    ]
    history = on(cycles, "2025-07-10", PREFEITURA, "history", id=row["id"])["results"]
    assert [(step["acao"], step["para"], step["papel"]) for step in history] == [
        ("criar", "rascunho", "municipio"),
        ("enviar", "enviada", "municipio"),
        ("analisar", "em_analise", "coordenacao"),
        ("aprovar", "aprovada", "coordenacao"),
    ]


def test_what_is_returned_is_corrected_and_counts_anew_even_after_the_window(cycles: World, subtests: Any) -> None:
    row = sent(cycles, "2025-07-31")
    row = on(cycles, "2025-08-01", EDITOR, "start_analysis", **versions(row))
    with subtests.test("a reason is needed"):
        assert list(
            problems(cycles, "2025-08-14", EDITOR, "decide", **versions(row), decisao="devolver", nota=" ")
        ) == ["nota"]
    with subtests.test("what is being analysed cannot be changed"):
        assert list(problems(cycles, "2025-08-02", PREFEITURA, "update", **versions(row), pontos_focais=[])) == [
            "estado"
        ]
    row = on(cycles, "2025-08-14", EDITOR, "decide", **versions(row), decisao="devolver", nota="Faltou o carimbo.")
    number = row["protocolo"]
    row = on(cycles, "2025-08-20", PREFEITURA, "update", **versions(row), coordenador={**COORDINATOR, "cargo": "X"})
    row = on(cycles, "2025-09-01", PREFEITURA, "submit", **versions(row))
    assert (row["protocolo"], row["estado"], row["prazo"]) == (number, "enviada", "2025-09-15")
    assert [(answer["dias"], answer["no_prazo"]) for answer in row["respostas"]] == [(14, True), (None, None)]


def test_the_answer_is_due_on_day_14_and_overdue_from_day_15(cycles: World, subtests: Any) -> None:
    # Sent at 23:30 of 1 July in Campo Grande, which is 2 July in UTC: the count begins on 1 July.
    row = sent(cycles, moment("2025-07-01", "23:30"), day="2025-07-01")
    assert row["prazo"] == "2025-07-15"
    for day, left, warning, late in (
        ("2025-07-07", 8, None, False),
        ("2025-07-08", 7, 7, False),
        ("2025-07-14", 1, 12, False),
        ("2025-07-15", 0, 14, False),
        ("2025-07-16", -1, 14, True),
    ):
        with subtests.test(day):
            seen = on(cycles, day, EDITOR, "show", id=row["id"])
            assert (seen["dias_restantes"], seen["aviso"], seen["atrasada"]) == (left, warning, late)
            assert on(cycles, day, "anonymous", "show", id=row["protocolo"])["atrasada"] is late
            assert on(cycles, day, EDITOR, "list", atrasada=True)["count"] == late
            assert on(cycles, day, EDITOR, "list", atrasada=False)["count"] == (not late)
    with subtests.test("the last moment of the due day"):
        assert on(cycles, moment("2025-07-15", "23:59"), EDITOR, "show", id=row["id"])["atrasada"] is False
    with subtests.test("a late answer stays late"):
        row = on(cycles, "2025-07-16", EDITOR, "start_analysis", **versions(row))
        row = on(cycles, "2025-07-16", EDITOR, "decide", **versions(row), decisao="aprovar")
        assert row["atrasada"] is False and row["respostas"][0]["no_prazo"] is False


def test_who_comes_late_falls_in_the_next_cycle(cycles: World, subtests: Any) -> None:
    with subtests.test("a draft of the closed window is told where it falls"):
        row = draft(cycles, day="2025-07-31")
        told = problems(cycles, "2025-08-01", PREFEITURA, "submit", **versions(row))["ciclo"][0]
        assert "2025-2026" in told
    with subtests.test("and can be moved there"):
        row = on(cycles, "2025-08-01", PREFEITURA, "update", **versions(row), ciclo="2027-2028")
        assert row["ciclo"] == "2027-2028"
        assert list(problems(cycles, "2026-12-31", PREFEITURA, "submit", **versions(row))) == ["ciclo"]
        assert helpers.call_action("package_show", id=row["id"])["ciclo"] == "2027-2028"
        row = on(cycles, "2027-01-01", PREFEITURA, "submit", **versions(row))
        assert row["protocolo"].startswith("MSA-2027-000001-")
    with subtests.test("a new request falls in the next cycle by itself"):
        row = draft(cycles, "vizinha-admin", SETE_QUEDAS, day="2025-08-01")
        assert (row["ciclo"], row["perdido"]) == ("2027-2028", "2025-2026")
    with subtests.test("asked for the closed cycle, the right one is named"):
        on(cycles, "2025-08-01", "vizinha-admin", "withdraw", **versions(row))
        given = {"municipio": SETE_QUEDAS, "ciclo": "2025-2026"}
        assert "2027-2028" in problems(cycles, "2025-08-01", "vizinha-admin", "create", **given)["ciclo"][0]
    with subtests.test("no cycle is planned"):
        assert list(problems(cycles, "2029-01-01", "vizinha-admin", "create", municipio=SETE_QUEDAS)) == ["ciclo"]


def test_what_is_missing_is_said_at_its_field_and_uses_no_number(cycles: World, subtests: Any) -> None:
    row = on(cycles, "2025-07-02", PREFEITURA, "create", municipio=JAPORA)
    missing = problems(cycles, "2025-07-02", PREFEITURA, "submit", **versions(row))
    assert set(missing) == {"coordenador", "pontos_focais", "termo"}
    with subtests.test("people"):
        wrong = {"coordenador": {"cargo": "Sem nome"}, "pontos_focais": [{"nome": "A", "email": "não é"}]}
        told = problems(cycles, "2025-07-02", PREFEITURA, "update", **versions(row), **wrong)
        assert set(told) == {"coordenador", "pontos_focais"}
    with subtests.test("a file that is no PDF"):
        for content in (b"<html>", b"\x89PNG\r\n\x1a\n...", b"", b"a,b\n1,2\n"):
            told = problems(cycles, "2025-07-02", PREFEITURA, "update", **versions(row), upload=pdf(content))
            assert list(told) == ["upload"]
    with subtests.test("the number of the first sent is the first"):
        row = on(
            cycles,
            "2025-07-02",
            PREFEITURA,
            "update",
            **versions(row),
            coordenador=COORDINATOR,
            pontos_focais=[FOCAL],
            upload=pdf(),
        )
        row = on(cycles, "2025-07-02", PREFEITURA, "submit", **versions(row))
        assert row["protocolo"].startswith("MSA-2025-000001-")


def test_a_write_of_an_older_version_is_a_conflict_and_changes_nothing(cycles: World) -> None:
    row = draft(cycles)
    newer = on(cycles, "2025-07-02", PREFEITURA, "update", **versions(row), pontos_focais=[FOCAL, FOCAL])
    for action, given in (("update", {"pontos_focais": []}), ("submit", {}), ("withdraw", {})):
        told = problems(cycles, "2025-07-02", PREFEITURA, action, **versions(row), **given)
        assert list(told) == ["versao", "atual"] and told["atual"][0]["versao"] == newer["versao"]
    seen = on(cycles, "2025-07-02", PREFEITURA, "show", id=row["id"])
    assert (seen["versao"], seen["estado"], len(seen["pontos_focais"])) == (newer["versao"], "rascunho", 2)


def test_the_term_is_the_file_that_was_sent_and_a_replaced_one_is_gone(cycles: World) -> None:
    row = draft(cycles)
    first = terms.of(row["id"])
    assert terms.content(first.id) == PDF and first.url == "termo-de-adesao.pdf"
    first_id = first.id
    on(cycles, "2025-07-02", PREFEITURA, "update", **versions(row), upload=pdf(b"%PDF-1.7 outro"))
    second = terms.of(row["id"])
    assert second.id != first_id and terms.content(second.id) == b"%PDF-1.7 outro"
    assert terms.content(first_id) is None


def test_withdrawing(cycles: World, subtests: Any) -> None:
    with subtests.test("a draft goes with its people and its file"):
        row = draft(cycles)
        term = terms.of(row["id"]).id
        gone = on(cycles, "2025-07-02", PREFEITURA, "withdraw", **versions(row))
        assert (gone["estado"], gone["coordenador"]) == ("retirada", None)
        assert model.Package.get(row["id"]).state == "deleted" and terms.content(term) is None
    with subtests.test("what was sent stays known"):
        row = sent(cycles)
        row = on(cycles, "2025-07-03", PREFEITURA, "withdraw", **versions(row), nota="Mudou o prefeito.")
        assert on(cycles, "2025-07-03", "anonymous", "show", id=row["protocolo"])["estado"] == "retirada"
    with subtests.test("what was decided cannot be withdrawn"):
        row = sent(cycles)
        row = on(cycles, "2025-07-03", EDITOR, "start_analysis", **versions(row))
        row = on(cycles, "2025-07-03", EDITOR, "decide", **versions(row), decisao="recusar", nota="Não cabe.")
        assert list(problems(cycles, "2025-07-03", PREFEITURA, "withdraw", **versions(row))) == ["estado"]
    with subtests.test("after a refusal another one can be started"):
        assert sent(cycles)["protocolo"].startswith("MSA-2025-000003-")


def test_the_coordination_acts_in_the_name_of_a_prefeitura_and_that_is_recorded(cycles: World, subtests: Any) -> None:
    row = sent(cycles, role=EDITOR)
    assert row["em_nome_de"] == JAPORA
    history = on(cycles, "2025-07-02", EDITOR, "history", id=row["id"])["results"]
    assert [(step["papel"], step["em_nome_de"]) for step in history] == [("coordenacao", JAPORA)] * 2
    assert history[0]["autor"] == (cycles.user(EDITOR)["fullname"] or cycles.user(EDITOR)["name"])
    with subtests.test("its own steps are its own"):
        row = on(cycles, "2025-07-03", ADMIN, "start_analysis", **versions(row))
        assert on(cycles, "2025-07-03", ADMIN, "history", id=row["id"])["results"][-1]["em_nome_de"] is None
    with subtests.test("the administrator of the portal as well"):
        row = draft(cycles, SYSADMIN, SETE_QUEDAS)
        assert row["em_nome_de"] == SETE_QUEDAS
    with subtests.test("the dataset is the prefeitura's"):
        assert model.Package.get(row["id"]).owner_org == cycles.orgs["vizinha"]["id"]


def test_of_twenty_that_start_at_once_one_begins(cycles: World, app: Any) -> None:
    outcomes: list[str] = []
    ready = threading.Barrier(20)

    def start() -> None:
        try:
            with app.flask_app.test_request_context():
                ready.wait(30)
                draft(cycles)
                outcomes.append("made")
        except tk.ValidationError as error:
            outcomes.append(",".join(error.error_dict))
        except Exception as error:
            outcomes.append(repr(error))
        finally:
            model.Session.remove()

    threads = [threading.Thread(target=start) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sorted(outcomes) == ["made"] + ["municipio"] * 19
    assert on(cycles, "2025-07-02", EDITOR, "list")["count"] == 1
    assert model.Session.query(model.Package).filter_by(type="adesao").count() == 1


def test_those_who_send_at_once_get_a_number_each(cycles: World, app: Any) -> None:
    codes = {"prefeitura": JAPORA, "vizinha": SETE_QUEDAS}
    rows = [draft(cycles, EDITOR, code) for code in codes.values()]
    numbers: list[Any] = []

    def send(row: dict[str, Any]) -> None:
        try:
            with app.flask_app.test_request_context():
                numbers.append(on(cycles, "2025-07-02", EDITOR, "submit", **versions(row))["protocolo"])
        except Exception as error:
            numbers.append(str(error))
        finally:
            model.Session.remove()

    # Each twice: the second of a pair is a conflict.
    threads = [threading.Thread(target=send, args=(row,)) for row in rows * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    given = sorted(number for number in numbers if number.startswith("MSA-"))
    assert [number[:15] for number in given] == ["MSA-2025-000001", "MSA-2025-000002"]


def test_what_fails_half_way_leaves_nothing(cycles: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: Any) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(terms, "keep", broken)
        with pytest.raises(OSError):
            draft(cycles)
    model.Session.rollback()
    for table in ("msativo_adesao", "msativo_transicao", "msativo_contato"):
        assert model.Session.scalar(sa.text(f"SELECT count(*) FROM {table}")) == 0, table
    assert model.Session.query(model.Package).filter_by(type="adesao").count() == 0
    assert draft(cycles)["versao"] == 1


def test_the_database_keeps_the_history(cycles: World, subtests: Any) -> None:
    row = sent(cycles)
    for statement in (
        "UPDATE msativo_transicao SET para = 'aprovada'",
        "DELETE FROM msativo_transicao",
        "DELETE FROM msativo_adesao",
        "UPDATE msativo_adesao SET protocolo = 'X'",
        "UPDATE msativo_adesao SET codigo_ibge = '5002704'",
    ):
        with subtests.test(statement), pytest.raises(sa.exc.DBAPIError, match="never changed"):
            try:
                model.Session.execute(sa.text(statement))
            finally:
                model.Session.rollback()
    assert on(cycles, "2025-07-02", EDITOR, "show", id=row["id"])["estado"] == "enviada"


def test_cycles_do_not_overlap_and_belong_to_the_administrators_of_the_coordination(
    cycles: World, subtests: Any
) -> None:
    days = {"inicio": "2029-01-01", "fim": "2030-12-31", "adesao_inicio": "2029-01-01", "adesao_fim": "2029-02-01"}
    with subtests.test("others cannot"):
        for role in ("anonymous", PREFEITURA, EDITOR, "secretaria-admin"):
            with pytest.raises(tk.NotAuthorized):
                cycles.do(role, "msativo_ciclo_create", id="x", nome="x", **days)
            with pytest.raises(tk.NotAuthorized):
                cycles.do(role, "msativo_ciclo_update", id="2025-2026", fim="2026-06-30")
    for wrong, field in (
        ({"inicio": "2028-12-31"}, "ciclo"),
        ({"adesao_fim": "2031-01-01"}, "ciclo"),
        ({"fim": "2028-12-31"}, "ciclo"),
        ({"id": "2025-2026"}, "id"),
        ({"id": "Ciclo 5"}, "id"),
        ({"nome": "2025-2026"}, "ciclo"),
        ({"inicio": "ontem"}, "inicio"),
    ):
        with subtests.test(str(wrong)), pytest.raises(tk.ValidationError) as caught:
            cycles.do(ADMIN, "msativo_ciclo_create", **{"id": "2029-2030", "nome": "2029-2030", **days, **wrong})
        assert list(caught.value.error_dict) == [field]
    cycles.do(ADMIN, "msativo_ciclo_create", id="2029-2030", nome="2029-2030", **days)
    cycles.do(ADMIN, "msativo_ciclo_update", id="2029-2030", adesao_fim="2029-03-01")
    found = cycles.do("anonymous", "msativo_ciclo_list")
    assert found["count"] == 3 and found["results"][2]["adesao_fim"] == "2029-03-01"


def test_the_demonstration_shows_a_request_that_waits(portal: None) -> None:
    factories.Prefeitura(codigo_ibge=SETE_QUEDAS)
    assert seed_programme.programme(print) == {"adesoes": 1}
    assert seed_programme.programme(print) == {"adesoes": 0}
    rows = helpers.call_action("msativo_adesao_list")["results"]
    assert [(row["estado"], row["em_nome_de"], row["atrasada"]) for row in rows] == [("enviada", SETE_QUEDAS, False)]
    assert terms.content(terms.of(rows[0]["id"]).id).endswith(b"%%EOF\n")
