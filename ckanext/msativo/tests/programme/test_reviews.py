"""Reviews: what a delivery and its evidence ask for before they are sent, accepted in part or wholly."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ckanext.msativo.programme.workflows import ENTREGA, EVIDENCIA, entrega_action
from ckanext.msativo.tests.programme.factories import COORDENACAO, PREFEITURA, SECRETARIA, go, refused


@pytest.mark.parametrize(
    ("accepted", "target", "approve", "part"),
    [
        (10, 10, True, False),
        (12, 10, True, False),
        (9, 10, False, True),
        (None, 10, False, True),
        (None, None, True, True),
    ],
)
def test_a_delivery_is_approved_when_the_target_is_met_and_else_accepted_in_part(
    accepted: float | None, target: float | None, approve: bool, part: bool
) -> None:
    facts = {"quantidade_aceita": accepted, "meta": target}
    for action, holds, reached in (("aprovar", approve, "aprovada"), ("aceitar_parcial", part, "em_execucao")):
        if holds:
            assert go(ENTREGA, "em_analise", action, SECRETARIA, **facts).target == reached
        else:
            assert "quantidade_aceita" in refused(ENTREGA, "em_analise", action, SECRETARIA, **facts).fields


def test_a_prefeitura_does_not_take_back_a_delivery_under_review() -> None:
    assert refused(ENTREGA, "em_analise", "cancelar", PREFEITURA, nota="Sem verba").code == "wrong_role"
    assert go(ENTREGA, "em_analise", "cancelar", COORDENACAO, nota="Sem verba").target == "cancelada"


EVIDENCE = {"descricao": "Oficina", "data": date(2026, 2, 10), "arquivos": ["a.pdf"], "com_quantidade": True}


@pytest.mark.parametrize("quantity", [None, 0, -1, True, float("nan"), float("inf"), "3"])
def test_an_evidence_of_a_quantity_names_one(quantity: Any) -> None:
    assert "quantidade" in refused(EVIDENCIA, "rascunho", "enviar", PREFEITURA, quantidade=quantity, **EVIDENCE).fields


def test_an_evidence_needs_something_that_shows_it_and_no_future_date() -> None:
    sent = go(EVIDENCIA, "rascunho", "enviar", PREFEITURA, quantidade=4, **EVIDENCE)
    assert sent.records["quantidade"] == 4
    nothing = {**EVIDENCE, "arquivos": [], "quantidade": 4}
    assert set(refused(EVIDENCIA, "rascunho", "enviar", PREFEITURA, **nothing).fields) == {"arquivos"}
    assert go(EVIDENCIA, "rascunho", "enviar", PREFEITURA, **nothing, link="https://video.example/1")
    future = {**EVIDENCE, "data": date(2026, 2, 11), "quantidade": 4}
    assert refused(EVIDENCIA, "rascunho", "enviar", PREFEITURA, **future).fields["data"].code == "date_in_future"


@pytest.mark.parametrize(
    ("accepted", "holds"), [(3, True), (0.5, True), (4, False), (5, False), (0, False), (None, False)]
)
def test_a_part_is_above_0_and_below_the_whole(accepted: float | None, holds: bool) -> None:
    facts = {"com_quantidade": True, "quantidade": 4, "quantidade_aceita": accepted, "nota": "Lista com 3 nomes"}
    if holds:
        assert (
            go(EVIDENCIA, "em_analise", "aceitar_parcial", SECRETARIA, **facts).records["quantidade_aceita"] == accepted
        )
    else:
        assert refused(EVIDENCIA, "em_analise", "aceitar_parcial", SECRETARIA, **facts).fields["quantidade_aceita"]


def test_accepting_accepts_the_whole() -> None:
    assert go(EVIDENCIA, "em_analise", "aceitar", SECRETARIA, quantidade=4, quantidade_aceita=4).target == "aceita"
    assert (
        "quantidade_aceita"
        in refused(EVIDENCIA, "em_analise", "aceitar", SECRETARIA, quantidade=4, quantidade_aceita=3).fields
    )


@pytest.mark.parametrize(
    ("action", "accepted", "target", "expected"),
    [
        ("enviar", None, 10, "enviar_evidencia"),
        ("analisar", None, 10, "analisar"),
        ("devolver", 4, 10, "devolver"),
        ("rejeitar", 4, 10, "rejeitar"),
        ("aceitar", 10, 10, "aprovar"),
        ("aceitar", 4, 10, "aceitar_parcial"),
        ("aceitar_parcial", 11, 10, "aprovar"),
        ("aceitar_parcial", 4, 10, "aceitar_parcial"),
        ("aceitar", None, None, "aprovar"),
        ("aceitar_parcial", None, None, "aceitar_parcial"),
    ],
)
def test_what_an_evidence_means_for_its_delivery(
    action: str, accepted: float | None, target: float | None, expected: str
) -> None:
    assert entrega_action(action, accepted=accepted, target=target) == expected
