"""The tables of transitions are the rules of METHOD, and ``advance`` says what is wrong and what is possible now."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from ckanext.msativo.programme.errors import ProgrammeError
from ckanext.msativo.programme.workflows import (
    ADESAO,
    AGENDA,
    ENTREGA,
    EVIDENCIA,
    PLANO,
    SYSTEM,
    WORKFLOWS,
    Actor,
    Step,
    Workflow,
    create,
    possible,
)
from ckanext.msativo.tests.programme.factories import COORDENACAO, CYCLE, INSIDE, PREFEITURA, SECRETARIA, go, refused

# Written by hand from METHOD §7 and §8, not from the code.
EDGES = {
    "adesao": """
        rascunho>enviada enviada>em_analise em_analise>aprovada em_analise>devolvida em_analise>recusada
        devolvida>enviada rascunho>retirada enviada>retirada em_analise>retirada devolvida>retirada
        rascunho>encerrada enviada>encerrada em_analise>encerrada devolvida>encerrada aprovada>encerrada
    """,
    "plano": """
        rascunho>enviado enviado>aprovado enviado>devolvido devolvido>enviado aprovado>em_aditivo em_aditivo>aprovado
        aprovado>concluido rascunho>encerrado enviado>encerrado devolvido>encerrado aprovado>encerrado
        em_aditivo>encerrado
    """,
    "entrega": """
        planejada>em_execucao em_execucao>evidencia_enviada evidencia_enviada>em_analise em_analise>aprovada
        em_analise>em_execucao em_analise>rejeitada planejada>cancelada em_execucao>cancelada
        evidencia_enviada>cancelada em_analise>cancelada
    """,
    "acao": """
        rascunho>em_comentarios em_comentarios>rascunho aprovada>rascunho em_comentarios>aprovada aprovada>publicada
        publicada>rascunho retirada>rascunho rascunho>retirada em_comentarios>retirada aprovada>retirada
        publicada>retirada
    """,
    "evidencia": """
        rascunho>enviada enviada>em_analise em_analise>aceita em_analise>aceita_parcial em_analise>devolvida
        em_analise>rejeitada devolvida>enviada
    """,
    "agenda": """
        aberta>em_andamento aberta>concluida em_andamento>concluida aberta>descartada em_andamento>descartada
    """,
}
SENDING = {"ciclo": CYCLE, "coordenador": "Ana", "pontos_focais": ["Bia"], "termo": "termo.pdf"}
AFTER_CYCLE = datetime(2027, 1, 2, 15, tzinfo=timezone.utc)


@pytest.mark.parametrize("name", EDGES)
def test_a_workflow_has_the_edges_of_the_rules_and_no_other(name: str) -> None:
    edges = {f"{source}>{step.target}" for step in WORKFLOWS[name].steps for source in step.sources}
    assert edges == set(EDGES[name].split())


def test_the_table_of_rules_covers_every_workflow() -> None:
    assert set(EDGES) == set(WORKFLOWS)


def test_final_states() -> None:
    assert ADESAO.final == {"recusada", "retirada", "encerrada"}
    assert PLANO.final == {"concluido", "encerrado"}
    assert ENTREGA.final == {"aprovada", "rejeitada", "cancelada"}
    assert EVIDENCIA.final == {"aceita", "aceita_parcial", "rejeitada"}
    assert AGENDA.final == {"concluida", "descartada"}


@pytest.mark.parametrize(
    ("workflow", "state", "actor", "expected"),
    [
        (ADESAO, "rascunho", PREFEITURA, "enviar retirar"),
        (ADESAO, "rascunho", COORDENACAO, "encerrar"),
        (ADESAO, "enviada", COORDENACAO, "analisar encerrar"),
        (ADESAO, "em_analise", COORDENACAO, "aprovar devolver recusar encerrar"),
        (ADESAO, "em_analise", PREFEITURA, "retirar"),
        (ADESAO, "em_analise", SECRETARIA, ""),
        (ADESAO, "aprovada", PREFEITURA, ""),
        (ADESAO, "aprovada", SYSTEM, "encerrar"),
        (PLANO, "aprovado", PREFEITURA, "abrir_aditivo"),
        (PLANO, "em_aditivo", PREFEITURA, "retirar_aditivo"),
        (PLANO, "em_aditivo", COORDENACAO, "aprovar_aditivo recusar_aditivo encerrar"),
        (ENTREGA, "em_execucao", PREFEITURA, "enviar_evidencia cancelar"),
        (ENTREGA, "em_analise", PREFEITURA, ""),
        (ENTREGA, "em_analise", SECRETARIA, "aprovar aceitar_parcial devolver rejeitar"),
        (EVIDENCIA, "em_analise", SECRETARIA, "aceitar aceitar_parcial devolver rejeitar"),
        (EVIDENCIA, "aceita", SECRETARIA, ""),
        (AGENDA, "aberta", PREFEITURA, "iniciar concluir"),
        (AGENDA, "aberta", COORDENACAO, "iniciar concluir descartar"),
        (AGENDA, "em_andamento", SYSTEM, "encerrar"),
    ],
)
def test_who_may_do_what(workflow: Workflow, state: str, actor: Actor, expected: str) -> None:
    assert possible(workflow, state, actor) == tuple(expected.split())


def test_a_request_goes_all_the_way() -> None:
    first = create(ADESAO, actor=PREFEITURA, at=INSIDE)
    assert (first.source, first.target) == (None, "rascunho")
    sent = go(ADESAO, "rascunho", "enviar", PREFEITURA, protocolo="MSA", **SENDING)
    assert (sent.source, sent.target, sent.records["protocolo"]) == ("rascunho", "enviada", "MSA")
    assert "ciclo" not in sent.records
    assert go(ADESAO, "enviada", "analisar", COORDENACAO).target == "em_analise"
    returned = go(ADESAO, "em_analise", "devolver", COORDENACAO, nota="  Falta a assinatura ")
    assert (returned.target, returned.note) == ("devolvida", "Falta a assinatura")
    assert go(ADESAO, "devolvida", "enviar", PREFEITURA, **SENDING).target == "enviada"
    assert go(ADESAO, "em_analise", "aprovar", COORDENACAO, ciclo=CYCLE).target == "aprovada"


def test_the_window_counts_in_local_days() -> None:
    # 31 March 23:59 in Campo Grande is 1 April 03:59 UTC.
    last = datetime(2026, 4, 1, 3, 59, tzinfo=timezone.utc)
    assert go(ADESAO, "rascunho", "enviar", PREFEITURA, last, **SENDING).target == "enviada"
    late = refused(ADESAO, "rascunho", "enviar", PREFEITURA, last.replace(hour=4, minute=0), **SENDING)
    assert late.fields["ciclo"].code == "window_closed"
    early = refused(ADESAO, "rascunho", "enviar", PREFEITURA, datetime(2026, 1, 10, 3, tzinfo=timezone.utc), **SENDING)
    assert early.fields["ciclo"].code == "window_not_open"


def test_what_was_returned_may_come_back_after_the_window_but_not_after_the_cycle() -> None:
    may = datetime(2026, 5, 1, 15, tzinfo=timezone.utc)
    assert go(ADESAO, "devolvida", "enviar", PREFEITURA, may, **SENDING).target == "enviada"
    assert (
        refused(ADESAO, "devolvida", "enviar", PREFEITURA, AFTER_CYCLE, **SENDING).fields["ciclo"].code == "cycle_over"
    )


@pytest.mark.parametrize("workflow", [ADESAO, PLANO])
def test_closing_waits_for_the_end_of_the_cycle(workflow: Workflow) -> None:
    state = "aprovada" if workflow is ADESAO else "aprovado"
    last_day = datetime(2027, 1, 1, 3, 59, tzinfo=timezone.utc)
    assert refused(workflow, state, "encerrar", SYSTEM, last_day, ciclo=CYCLE).fields["ciclo"].code == "cycle_running"
    first_day = last_day.replace(hour=4, minute=0)
    assert go(workflow, state, "encerrar", SYSTEM, first_day, ciclo=CYCLE).target.startswith("encerrad")


def test_a_cycle_that_is_not_given_is_asked_for() -> None:
    assert refused(ADESAO, "em_analise", "aprovar", COORDENACAO).fields["ciclo"].code == "cycle_missing"


def test_all_that_is_missing_is_said_at_once_with_its_field() -> None:
    error = refused(ADESAO, "rascunho", "enviar", PREFEITURA, ciclo=CYCLE, coordenador=" ", pontos_focais=[])
    assert error.code == "needs"
    assert set(error.fields) == {"coordenador", "pontos_focais", "termo"}
    assert error.possible == ("enviar", "retirar")
    assert "Attach the signed term in PDF." in str(error)


@pytest.mark.parametrize("nota", [None, "", "   ", "\u200b", "...", "\n\t-"])
@pytest.mark.parametrize(
    ("workflow", "state", "action", "actor"),
    [
        (ADESAO, "em_analise", "devolver", COORDENACAO),
        (ADESAO, "em_analise", "recusar", COORDENACAO),
        (PLANO, "enviado", "devolver", COORDENACAO),
        (PLANO, "em_aditivo", "recusar_aditivo", COORDENACAO),
        (PLANO, "aprovado", "abrir_aditivo", PREFEITURA),
        (ENTREGA, "planejada", "cancelar", PREFEITURA),
        (ENTREGA, "em_analise", "devolver", SECRETARIA),
        (ENTREGA, "em_analise", "rejeitar", SECRETARIA),
        (EVIDENCIA, "em_analise", "devolver", SECRETARIA),
        (EVIDENCIA, "em_analise", "rejeitar", SECRETARIA),
        (AGENDA, "aberta", "descartar", COORDENACAO),
        (AGENDA, "aberta", "encerrar", SYSTEM),
    ],
)
def test_a_no_needs_its_reason_in_words(
    workflow: Workflow, state: str, action: str, actor: Actor, nota: str | None
) -> None:
    assert refused(workflow, state, action, actor, nota=nota, ciclo=CYCLE).fields["nota"].code == "note_missing"


def test_a_step_from_another_state_says_what_is_possible_now() -> None:
    error = refused(ADESAO, "enviada", "aprovar", COORDENACAO)
    assert (error.code, error.possible) == ("wrong_state", ("analisar", "encerrar"))
    assert str(error) == (
        "“Approve the request” is not possible now (state: Request sent). Possible now: "
        "Start the analysis of the request, Close the request at the cycle's end."
    )


def test_a_step_of_another_role_says_whose_it_is() -> None:
    error = refused(ADESAO, "em_analise", "aprovar", PREFEITURA)
    assert (error.code, error.possible) == ("wrong_role", ("retirar",))
    assert "the coordenação" in str(error)


def test_nothing_possible_is_said_too() -> None:
    assert str(refused(ADESAO, "recusada", "enviar", PREFEITURA)).endswith("Possible now: nothing.")


def test_unknown_names_are_refused() -> None:
    assert refused(ADESAO, "rascunho", "voar", PREFEITURA).code == "unknown_action"
    assert refused(ADESAO, "voando", "enviar", PREFEITURA).code == "unknown_state"
    with pytest.raises(ProgrammeError, match="no role"):
        Actor("prefeito")


def test_a_moment_without_its_zone_is_refused() -> None:
    with pytest.raises(ProgrammeError) as caught:
        go(ADESAO, "enviada", "analisar", COORDENACAO, datetime(2026, 2, 10))
    assert caught.value.code == "naive_datetime"


def test_the_coordenacao_acts_in_a_prefeituras_name_as_the_prefeitura_would_and_it_is_recorded() -> None:
    for_it = Actor("coordenacao", "paulo", em_nome_de="5002704")
    sent = go(ADESAO, "rascunho", "enviar", for_it, **SENDING)
    assert sent.actor == for_it
    assert refused(ADESAO, "em_analise", "aprovar", for_it, ciclo=CYCLE).code == "wrong_role"
    assert refused(ADESAO, "rascunho", "enviar", COORDENACAO, **SENDING).code == "wrong_role"
    with pytest.raises(ProgrammeError, match="Only the coordenação"):
        Actor("secretaria", "joana", em_nome_de="5002704")


def test_a_plan_without_deliveries_is_not_sent_and_an_open_one_not_completed() -> None:
    assert refused(PLANO, "rascunho", "enviar", PREFEITURA, ciclo=CYCLE, entregas=0).fields["entregas"]
    sent = go(PLANO, "rascunho", "enviar", PREFEITURA, ciclo=CYCLE, entregas=3, versao=1)
    assert dict(sent.records) == {"entregas": 3, "versao": 1}
    for still_open in (None, 1, 2):
        assert refused(PLANO, "aprovado", "concluir", SYSTEM, entregas_abertas=still_open).code == "needs"
    assert go(PLANO, "aprovado", "concluir", SYSTEM, entregas_abertas=0).target == "concluido"


def test_a_table_with_two_rows_for_one_step_or_an_unlabelled_state_is_refused() -> None:
    go_there = Step("ir", "Go", ("a",), "b", ("sistema",))
    with pytest.raises(ValueError, match="two rows"):
        Workflow("w", "w", "a", {"a": "A", "b": "B"}, (go_there, go_there))
    with pytest.raises(ValueError, match="without a label"):
        Workflow("w", "w", "a", {"a": "A"}, (go_there,))
