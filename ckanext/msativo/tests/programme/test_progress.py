"""Progress by hand-computed tables: credit, planned value, plan, SPI, groupings, and any past day."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.msativo.programme.errors import ProgrammeError
from ckanext.msativo.programme.progress import (
    GROUPINGS,
    Entrega,
    Standing,
    Terms,
    credit,
    grouped,
    planned_value,
    series,
    standing,
    standings,
    totals,
)
from ckanext.msativo.tests.programme.factories import day, entrega, evidencia, noon


def seen(record: Entrega, number: int) -> Standing:
    found = standing(record, day(number))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("quantity", "target", "whole", "expected"),
    [
        *((0, 10, False, 0.0), (4, 10, False, 0.4), (10, 10, True, 1.0), (15, 10, True, 1.0)),
        *((0, None, False, 0.0), (0, None, True, 1.0), (99, None, False, 0.0)),
        (0.1 + 0.2 + 0.7, 1.0, True, 1.0),
    ],
)
def test_credit(quantity: float, target: float | None, whole: bool, expected: float) -> None:
    assert credit(quantity, target, whole) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("start", "due", "today", "quantity", "expected"),
    [
        *((0, 100, -5, True, 0.0), (0, 100, 0, True, 0.0), (0, 100, 25, True, 0.25)),
        *((0, 100, 100, True, 1.0), (0, 100, 101, True, 1.0)),
        *((10, 10, 9, True, 0.0), (10, 10, 10, True, 1.0)),
        *((0, 100, 99, False, 0.0), (0, 100, 100, False, 1.0), (0, 100, 150, False, 1.0)),
    ],
)
def test_planned_value(start: int, due: int, today: int, quantity: bool, expected: float) -> None:
    assert planned_value(day(start), day(due), day(today), with_quantity=quantity) == expected


def sent(number: int, quantity: float | None, name: str = "e") -> Any:
    return evidencia((number, "rascunho"), (number, "enviada", {"quantidade": quantity}), name=name)


def accepted(number: int, quantity: float | None, declared: float | None = None, name: str = "e") -> Any:
    """Sent on a day and accepted on the next: wholly, or ``quantity`` of ``declared``."""
    outcome = "aceita" if declared is None else "aceita_parcial"
    return evidencia(
        (number, "rascunho"),
        (number, "enviada", {"quantidade": quantity if declared is None else declared}),
        (number + 1, "em_analise"),
        (number + 1, outcome, {"quantidade_aceita": quantity}),
        name=name,
    )


def returned(number: int, quantity: float | None) -> Any:
    return evidencia(
        (number, "rascunho"),
        (number, "enviada", {"quantidade": quantity}),
        (number + 1, "em_analise"),
        (number + 1, "devolvida"),
    )


@pytest.mark.parametrize(
    ("evidences", "target", "declared", "validated"),
    [
        ([], 10, 0.0, 0.0),
        ([sent(1, 4)], 10, 0.4, 0.0),
        ([accepted(1, 4)], 10, 0.4, 0.4),
        ([accepted(1, 4), sent(3, 3)], 10, 0.7, 0.4),
        ([accepted(1, 6, declared=9), sent(3, 4)], 10, 1.0, 0.6),
        ([accepted(1, 6, declared=9)], 10, 0.6, 0.6),
        ([accepted(1, 4), accepted(1, 4), accepted(1, 4)], 10, 1.0, 1.0),
        ([returned(1, 4)], 10, 0.0, 0.0),
        ([sent(1, None)], None, 1.0, 0.0),
        ([accepted(1, None)], None, 1.0, 1.0),
        ([accepted(1, None, declared=1)], None, 1.0, 0.0),
        ([returned(1, None)], None, 0.0, 0.0),
        ([evidencia((1, "rascunho"))], 10, 0.0, 0.0),
    ],
)
def test_declared_and_validated_stand_apart(
    evidences: list[Any], target: float | None, declared: float, validated: float
) -> None:
    found = seen(entrega(target=target, evidences=evidences), 5)
    assert (found.declared, found.validated) == (pytest.approx(declared), pytest.approx(validated))


def test_a_whole_acceptance_that_names_no_quantity_accepts_what_was_sent_last() -> None:
    one = evidencia(
        (1, "rascunho"),
        (1, "enviada", {"quantidade": 9}),
        *((2, "em_analise"), (2, "devolvida")),
        (3, "enviada", {"quantidade": 5}),
        *((4, "em_analise"), (4, "aceita")),
    )
    record = entrega(evidences=[one])
    assert [seen(record, n).declared for n in (0, 1, 2, 3, 4)] == [0.0, 0.9, 0.0, 0.5, 0.5]
    assert [seen(record, n).validated for n in (0, 3, 4)] == [0.0, 0.0, 0.5]


def plan() -> list[Entrega]:
    """On day 50: A w 2, c 0.6, PV 0.5 · B w 1, done, due 40 · C w 1, due 80, no quantity · D cancelled ·
    E w 1, c 0.25, PV 0.25, and 4 of 4 sent."""
    done = ((0, "planejada"), (1, "em_execucao"), (30, "evidencia_enviada"), (31, "em_analise"), (31, "aprovada"))
    return [
        entrega(weight=2, evidences=[accepted(20, 6)], name="A", plano="p1", desafio=("d1", "d2"), municipio="m1"),
        entrega(*done, due=40, target=None, evidences=[accepted(30, None)], name="B", plano="p1", municipio="m1"),
        entrega((0, "planejada"), due=80, target=None, name="C", plano="p2", desafio="d2", municipio="m2"),
        entrega((0, "planejada"), (10, "cancelada"), weight=5, name="D", plano="p2", municipio="m2"),
        entrega(
            *((0, "planejada"), (1, "em_execucao"), (45, "evidencia_enviada")),
            due=200,
            target=4,
            evidences=[accepted(20, 1), sent(45, 4)],
            name="E",
            plano="p2",
            municipio="m2",
        ),
    ]


def test_the_totals_of_a_plan() -> None:
    found = totals(standings(plan(), day(50)))
    assert (found.entregas, found.canceladas, found.concluidas, found.waiting) == (4, 1, 1, 1)
    assert found.weight == 5
    assert found.validated == pytest.approx((2 * 0.6 + 1 + 0 + 0.25) / 5)
    assert found.declared == pytest.approx((2 * 0.6 + 1 + 0 + 1) / 5)
    assert found.planned == pytest.approx((2 * 0.5 + 1 + 0 + 0.25) / 5)
    assert found.spi == pytest.approx(2.45 / 2.25)
    # A on schedule, B done, C due in 30 days without evidence, D cancelled, E waits for the State.
    assert found.lights == {"verde": 2, "azul": 1, "amarelo": 1, "vermelho": 0, "cinza": 1}


def test_groupings() -> None:
    found = standings(plan(), day(50))
    by_plan = grouped(found, "plano")
    assert list(by_plan) == ["p1", "p2"]
    assert by_plan["p1"].validated == pytest.approx((2 * 0.6 + 1) / 3)
    assert (by_plan["p2"].entregas, by_plan["p2"].canceladas) == (2, 1)
    by_challenge = grouped(found, "desafio")
    assert {key: one.entregas for key, one in by_challenge.items()} == {"d1": 1, "d2": 2}
    assert grouped(found, "estado") == {"estado": totals(found)}
    assert grouped(found, "secretaria") == {}
    assert grouped([], "estado") == {}
    assert set(GROUPINGS) == {"plano", "municipio", "acao", "desafio", "regiao", "secretaria", "estado"}


def test_nothing_counted_is_no_progress_and_nothing_planned_is_no_spi() -> None:
    nothing = totals([])
    assert (nothing.validated, nothing.declared, nothing.planned, nothing.spi) == (None, None, None, None)
    only_cancelled = totals(standings([entrega((0, "planejada"), (0, "cancelada"))], day(5)))
    assert (only_cancelled.validated, only_cancelled.spi, only_cancelled.canceladas) == (None, None, 1)
    before = totals(standings([entrega((0, "planejada"), target=None)], day(5)))
    assert (before.validated, before.spi) == (0.0, None)


def test_any_past_day_is_computed_from_what_was_known_then() -> None:
    evolution = series(plan(), [day(-1), day(0), day(21), day(31), day(50)])
    assert [one.entregas for _day, one in evolution] == [0, 5, 4, 4, 4]
    # Day 21: A 0.6 (w 2), E 0.25; day 31: B too.
    assert [one.validated for _day, one in evolution] == [
        None,
        0.0,
        pytest.approx(1.45 / 5),
        pytest.approx(2.45 / 5),
        pytest.approx(2.45 / 5),
    ]


def test_an_amendment_counts_from_its_day() -> None:
    first = Terms(day(0), day(50), 10, 1)
    amended = Terms(day(0), day(100), 20, 3, since=noon(day(40)))
    record = entrega(terms=[amended, first], evidences=[accepted(10, 5)])
    assert [(seen(record, n).terms.due, seen(record, n).validated) for n in (39, 40)] == [
        (day(50), 0.5),
        (day(100), 0.25),
    ]
    assert seen(record, 39).planned == pytest.approx(39 / 50)
    assert seen(record, 40).planned == pytest.approx(0.4)


def test_an_amendment_of_midnight_belongs_to_the_day_that_begins() -> None:
    # 10 April 04:00 UTC is midnight in Campo Grande; 10 April is day 40.
    midnight = noon(day(40)).replace(hour=4)
    record = entrega(terms=[Terms(day(0), day(50)), Terms(day(0), day(100), since=midnight)])
    assert [seen(record, n).terms.due for n in (39, 40)] == [day(50), day(100)]


def test_terms_that_begin_later_hold_until_then_too() -> None:
    record = entrega(terms=[Terms(day(0), day(50), since=noon(day(3)))])
    assert seen(record, 1).terms.due == day(50)


def test_the_newest_step_says_when_it_was_updated() -> None:
    assert seen(entrega(evidences=[sent(7, 1)]), 30).updated == day(7)
    assert seen(entrega((0, "planejada"), (9, "em_execucao"), evidences=[sent(7, 1)]), 30).updated == day(9)


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("due_before_start", {"due": day(-1)}),
        *(("target_amount", {"target": bad}) for bad in (0, -3, float("nan"), float("inf"), True)),
        *(("weight_amount", {"weight": bad}) for bad in (0, -1, float("nan"))),
    ],
)
def test_impossible_terms_are_refused(code: str, changed: dict[str, Any]) -> None:
    with pytest.raises(ProgrammeError) as caught:
        Terms(**{"start": day(0), "due": day(10), **changed})
    assert caught.value.code == code


def test_a_delivery_without_terms_is_refused() -> None:
    with pytest.raises(ProgrammeError, match="neither dates nor weight"):
        Entrega("x", [], [])
