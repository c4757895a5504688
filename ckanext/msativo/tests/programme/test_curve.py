"""The evolution agrees with the totals of each day; the State's times by hand."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.programme.progress import (
    Entrega,
    Point,
    Reviews,
    Terms,
    ahead,
    curve,
    reviews,
    series,
    standing,
    standings,
    submissions,
)
from ckanext.msativo.tests.programme.factories import day, entrega, evidencia, noon

ENDS = st.sampled_from(["aceita", "aceita_parcial", "devolvida", "rejeitada"])


@st.composite
def deliveries(draw: st.DrawFn) -> Entrega:
    target = draw(st.sampled_from([None, 10.0, 7.0]))
    evidences = []
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, 90))
        path: list[tuple] = [(at, "rascunho"), (at, "enviada", {"quantidade": draw(st.integers(1, 9))})]
        if draw(st.booleans()):
            later = at + draw(st.integers(0, 30))
            path += [(later, "em_analise"), (later, draw(ENDS), {"quantidade_aceita": draw(st.integers(1, 5))})]
        evidences.append(evidencia(*path))
    path = [(draw(st.integers(0, 40)), "planejada"), (41, "em_execucao")]
    if draw(st.booleans()):
        path.append((draw(st.integers(42, 120)), "cancelada"))
    terms = [Terms(day(0), day(draw(st.integers(0, 100))), target, draw(st.sampled_from([1.0, 3.0])))]
    if draw(st.booleans()):
        terms.append(Terms(day(5), day(120), target, 2.0, noon(day(draw(st.integers(1, 110))))))
    return entrega(*path, evidences=evidences, terms=terms)


@given(st.lists(deliveries(), max_size=4), st.lists(st.integers(-5, 130).map(day), max_size=6))
def test_the_evolution_is_that_of_the_totals_of_each_day(found: list[Entrega], days: list[date]) -> None:
    expected = [Point(at, of.planned, of.declared, of.validated) for at, of in series(found, days)]
    assert curve(found, days) == expected


def test_days_to_come_have_what_is_planned_without_the_cancelled() -> None:
    found = [
        entrega(target=10, weight=3),
        entrega(target=None, due=60),
        entrega((0, "planejada"), (1, "cancelada"), weight=9),
    ]
    now = standings(found, day(20))
    assert ahead(now, [day(50), day(60)]) == [
        Point(day(50), 3 * 0.5 / 4, None, None),
        Point(day(60), (3 * 0.6 + 1) / 4, None, None),
    ]
    assert ahead([], [day(1)]) == [Point(day(1), None, None, None)]


def test_the_states_times_by_hand() -> None:
    """Answered after 10, 15 and 16 days; one waits since day 40; what waits for a cancelled delivery does not count."""
    one = evidencia(
        (0, "rascunho"),
        (0, "enviada"),
        (9, "em_analise"),
        (10, "devolvida"),
        (20, "enviada"),
        (35, "em_analise"),
        (35, "aceita"),
    )
    two = evidencia((0, "rascunho"), (1, "enviada"), (17, "em_analise"), (17, "rejeitada"))
    three = evidencia((0, "rascunho"), (40, "enviada"))
    running = entrega(evidences=[one, two, three])
    gone = entrega((0, "planejada"), (45, "cancelada"), evidences=[three])
    for at, expected in (
        (55, Reviews(3, 2, 15.0, 1, 0)),
        (56, Reviews(3, 2, 15.0, 1, 1)),
        (16, Reviews(1, 1, 10.0, 1, 0)),
        (0, Reviews(0, 0, None, 1, 0)),
    ):
        found = []
        for of in (running, gone):
            stands = standing(of, day(at))
            assert stands is not None
            found += submissions(of, stands, day(at))
        assert reviews(found, day(at)) == expected, at
    assert reviews([], day(0)) == Reviews() and day(1) - day(0) == timedelta(days=1)
