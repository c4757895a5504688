"""The light of a delivery is the first rule that holds, in METHOD's order; lateness goes to whoever owes the step."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.msativo.programme.progress import LIGHTS, standing, standings, totals
from ckanext.msativo.tests.programme.factories import day, entrega, evidencia

STARTED = ((0, "planejada"), (0, "em_execucao"))


def sent(number: int, quantity: float = 1) -> Any:
    return evidencia((number, "rascunho"), (number, "enviada", {"quantidade": quantity}))


def accepted(quantity: float) -> Any:
    return evidencia(
        (0, "rascunho"),
        (1, "enviada", {"quantidade": quantity}),
        *((1, "em_analise"), (1, "aceita", {"quantidade_aceita": quantity})),
    )


RETURNED = evidencia((0, "rascunho"), (10, "enviada", {"quantidade": 1}), (12, "em_analise"), (12, "devolvida"))
LATER = evidencia(
    (20, "rascunho"), (20, "enviada", {"quantidade": 6}), (22, "em_analise"), (22, "aceita", {"quantidade_aceita": 6})
)
APPROVED = (*STARTED, (5, "evidencia_enviada"), (6, "em_analise"), (6, "aprovada"))

# (today, record, colour, light)
TABLE: list[tuple[int, Any, str, str]] = [
    (200, entrega(*STARTED, (3, "cancelada")), "cinza", "cancelada"),
    (200, entrega(*APPROVED, evidences=[accepted(10)]), "verde", "concluida"),
    # Evidence of day 40: review due on day 55.
    (55, entrega(evidences=[sent(40)]), "azul", "aguarda_estado"),
    # Sent after the due day, but it waits within the State's deadline.
    (110, entrega(evidences=[sent(101)]), "azul", "aguarda_estado"),
    # Sent on the due day, the State past its own deadline (day 115).
    (115, entrega(evidences=[sent(100)]), "azul", "aguarda_estado"),
    (116, entrega(evidences=[sent(100)]), "vermelho", "estado_atrasado"),
    # Sent too late, the State past its deadline: both are late, the prefeitura first.
    (117, entrega(evidences=[sent(101)]), "vermelho", "atrasada"),
    (100, entrega(), "amarelo", "vence_logo"),
    (101, entrega(), "vermelho", "atrasada"),
    (101, entrega(evidences=[RETURNED]), "vermelho", "atrasada"),
    (101, entrega(*STARTED, (5, "evidencia_enviada"), (6, "em_analise"), (6, "rejeitada")), "vermelho", "atrasada"),
    (50, entrega(evidences=[RETURNED]), "amarelo", "devolvida"),
    # 0.8 validated of 0.5 planned, and yet something came back.
    (50, entrega(evidences=[accepted(8), RETURNED]), "amarelo", "devolvida"),
    (70, entrega(), "amarelo", "vence_logo"),
    (69, entrega(), "vermelho", "ritmo_critico"),
    # With evidence it is judged by its pace, however near the due day.
    (90, entrega(evidences=[accepted(9)]), "verde", "em_dia"),
    (-10, entrega((-20, "planejada"), due=100), "cinza", "nao_iniciada"),
    (-10, entrega((-20, "planejada"), due=20), "amarelo", "vence_logo"),
    (-10, entrega((-20, "planejada"), (-15, "em_execucao")), "verde", "em_dia"),
    (0, entrega((-20, "planejada")), "verde", "em_dia"),
    # What came back was followed by another evidence: it is no longer the prefeitura's turn.
    (60, entrega(evidences=[RETURNED, sent(50)]), "azul", "aguarda_estado"),
    (50, entrega(evidences=[RETURNED, LATER]), "verde", "em_dia"),
    # Two wait: the older one, of day 10, is past its deadline.
    (50, entrega(evidences=[sent(40), sent(10), accepted(6)]), "verde", "em_dia"),
    # PV 0.5: red below 0.35, amber below 0.45; a value at a cut belongs to the better side.
    (50, entrega(evidences=[accepted(3.4)]), "vermelho", "ritmo_critico"),
    (50, entrega(evidences=[accepted(3.5)]), "amarelo", "ritmo_lento"),
    (50, entrega(evidences=[accepted(4.4)]), "amarelo", "ritmo_lento"),
    (50, entrega(evidences=[accepted(4.5)]), "verde", "em_dia"),
    # PV 0.27: 0.7·0.27 is a hair above 0.189 in floating point.
    (27, entrega(target=100, evidences=[accepted(18.9)]), "amarelo", "ritmo_lento"),
    (60, entrega(target=None), "verde", "em_dia"),
    (80, entrega(target=None), "amarelo", "vence_logo"),
]


@pytest.mark.parametrize(("today", "record", "colour", "light"), TABLE)
def test_lights(today: int, record: Any, colour: str, light: str) -> None:
    found = standing(record, day(today))
    assert found is not None
    assert (found.light, found.reason.code) == (colour, light)
    assert str(found.reason)


def test_the_table_shows_every_light() -> None:
    assert {light for *_rest, light in TABLE} == {light.name for light in LIGHTS}


def test_delay_is_the_states_when_evidence_came_in_time() -> None:
    records = [
        entrega(evidences=[sent(100)], name="in time"),
        entrega(evidences=[sent(101)], name="too late"),
        entrega(name="never"),
    ]
    found = standings(records, day(120))
    # In time: review due on day 115, 5 days ago. The others were due on day 100.
    assert [(one.responsible, one.days_late) for one in found] == [("estado", 5), ("municipio", 20), ("municipio", 20)]
    counted = totals(found)
    assert (counted.overdue, counted.overdue_state) == (2, 1)


def test_a_review_that_is_late_before_the_due_day_makes_nothing_overdue() -> None:
    found = standing(entrega(evidences=[sent(10), accepted(6)]), day(50))
    assert found is not None and found.review is not None
    assert found.review.days_late == 25
    assert (found.overdue, found.responsible, found.reason.code) == (False, "estado", "em_dia")


def test_returned_evidence_sent_again_after_the_due_day_is_late() -> None:
    again = evidencia(
        *((90, "rascunho"), (95, "enviada"), (98, "em_analise"), (98, "devolvida"), (105, "enviada")),
    )
    found = standing(entrega(evidences=[again]), day(106))
    assert found is not None
    assert (found.responsible, found.days_late, found.reason.code) == ("municipio", 6, "aguarda_estado")
    on_time = standing(entrega(evidences=[again]), day(97))
    assert on_time is not None and (on_time.responsible, on_time.days_late) == ("estado", 0)


def test_what_is_done_or_cancelled_is_never_late() -> None:
    for record in (entrega(*APPROVED), entrega(*STARTED, (3, "cancelada"))):
        found = standing(record, day(500))
        assert found is not None and not found.overdue and found.review is None
