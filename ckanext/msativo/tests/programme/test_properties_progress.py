"""What holds for the progress of any plan on any day."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.msativo.programme.progress import Entrega, Totals, grouped, planned_value, standings, totals
from ckanext.msativo.programme.progress.lights import COLOURS
from ckanext.msativo.tests.programme.factories import day, entrega, evidencia

some = settings(max_examples=120, deadline=None)


@st.composite
def evidences(draw: st.DrawFn) -> Any:
    """A path of the workflow with quantities, on days that do not go back."""
    number, path = draw(st.integers(0, 60)), []
    quantity = draw(st.sampled_from([0.1, 1, 2.5, 4, 9, 30]))
    path.append((number, "rascunho"))
    for _ in range(draw(st.integers(0, 3))):
        path.append((number := number + draw(st.integers(0, 20)), "enviada", {"quantidade": quantity}))
        if draw(st.booleans()):
            break
        path.append((number := number + draw(st.integers(0, 30)), "em_analise"))
        outcome = draw(st.sampled_from(["aceita", "aceita_parcial", "devolvida", "rejeitada", ""]))
        if not outcome:
            break
        part = quantity / 2 if outcome == "aceita_parcial" else quantity
        path.append((number, outcome, {"quantidade_aceita": part} if outcome.startswith("aceita") else {}))
        if outcome != "devolvida":
            break
    return evidencia(*path)


@st.composite
def entregas(draw: st.DrawFn) -> Entrega:
    begun = draw(st.integers(-10, 20))
    path: list[Any] = [(begun, "planejada")]
    if draw(st.booleans()):
        path.append((begun + 1, "em_execucao"))
        last = draw(st.sampled_from(["", "cancelada", "aprovada"]))
        if last == "cancelada":
            path.append((begun + draw(st.integers(1, 60)), "cancelada"))
        elif last == "aprovada":
            path += [(begun + 2, "evidencia_enviada"), (begun + 3, "em_analise"), (begun + 3, "aprovada")]
    start = draw(st.integers(0, 50))
    return entrega(
        *path,
        start=start,
        due=start + draw(st.integers(0, 120)),
        target=draw(st.sampled_from([None, 0.3, 1, 10, 12.5])),
        weight=draw(st.sampled_from([0.1, 0.3, 1, 2, 7])),
        evidences=draw(st.lists(evidences(), max_size=3)),
        name=f"d{draw(st.integers(0, 10**6))}",
        plano=draw(st.sampled_from(["p1", "p2"])),
        desafio=tuple(draw(st.lists(st.sampled_from(["x", "y"]), max_size=2))),
    )


plans = st.lists(entregas(), max_size=8)
days = st.integers(-30, 250)


@some
@given(plans, days)
def test_shares_are_shares_and_the_validated_is_declared(plan: list[Entrega], today: int) -> None:
    for one in standings(plan, day(today)):
        assert 0 <= one.validated <= one.declared <= 1
        assert 0 <= one.planned <= 1
        assert one.light in COLOURS
        assert one.days_late == 0 or not (one.done or one.cancelled)
        assert one.updated <= day(today)


@some
@given(plans, days)
def test_totals_agree_with_the_formula_and_with_their_parts(plan: list[Entrega], today: int) -> None:
    found = standings(plan, day(today))
    everything, counted = totals(found), [one for one in found if not one.cancelled]
    assert everything.entregas + everything.canceladas == len(found) == sum(everything.lights.values())
    w, c, pv = (
        [f(one) for one in counted] for f in (lambda o: o.terms.weight, lambda o: o.validated, lambda o: o.planned)
    )
    if counted:
        assert everything.validated == pytest.approx(sum(a * b for a, b in zip(w, c, strict=True)) / sum(w))
    else:
        assert everything.validated is None
    planned = sum(a * b for a, b in zip(w, pv, strict=True))
    if planned > 0:
        assert everything.spi == pytest.approx(sum(a * b for a, b in zip(w, c, strict=True)) / planned)
    else:
        assert everything.spi is None
    parts = grouped(found, "plano").values()
    assert math.fsum(one.weight for one in parts) == pytest.approx(everything.weight)
    assert sum(one.overdue for one in parts) == everything.overdue


@some
@given(plans, days, st.randoms(use_true_random=False))
def test_the_order_of_the_records_does_not_matter(plan: list[Entrega], today: int, random: Any) -> None:
    shuffled = list(plan)
    random.shuffle(shuffled)
    expected = totals(standings(plan, day(today)))
    assert totals(standings(shuffled, day(today))) == expected
    assert isinstance(expected, Totals)


@some
@given(plans, days, st.integers(1, 100))
def test_what_happens_later_changes_no_past_day(plan: list[Entrega], today: int, more: int) -> None:
    def until(record: Entrega) -> Entrega:
        kept = [step for step in record.history if step.at.date() <= day(today)]
        proofs = [
            type(one)(one.id, [step for step in one.history if step.at.date() <= day(today)])
            for one in record.evidences
        ]
        return Entrega(record.id, record.terms, kept, proofs, record.groups)

    assert standings(plan, day(today)) == standings([until(one) for one in plan], day(today))
    assert len(standings(plan, day(today + more))) >= len(standings(plan, day(today)))


@some
@given(days, st.integers(0, 200), st.integers(0, 200))
def test_planned_value_never_falls(start: int, length: int, step: int) -> None:
    for quantity in (True, False):
        values = [
            planned_value(day(start), day(start + length), day(start - 5 + n * step), with_quantity=quantity)
            for n in range(5)
        ]
        assert values == sorted(values)


@some
@given(entregas(), days, st.sampled_from([1, 2.5, 4]))
def test_more_accepted_evidence_is_never_less_progress(record: Entrega, today: int, quantity: float) -> None:
    extra = evidencia(
        (0, "rascunho"), (0, "enviada", {"quantidade": quantity}), (1, "em_analise"), (1, "aceita"), name="extra"
    )
    richer = Entrega(record.id, record.terms, record.history, [*record.evidences, extra], record.groups)
    before, after = standings([record], day(today)), standings([richer], day(today))
    for one, other in zip(before, after, strict=True):
        assert other.validated >= one.validated - 1e-12
