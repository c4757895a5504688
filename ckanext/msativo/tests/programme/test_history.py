"""A history tells the state of any past day."""

from __future__ import annotations

from datetime import date, datetime, timezone

from ckanext.msativo.programme.history import broken_at, last, since, state_at, times, until
from ckanext.msativo.tests.programme.factories import day, steps

HISTORY = steps(
    "evidencia",
    (0, "rascunho"),
    (3, "enviada"),
    (5, "em_analise"),
    (5, "devolvida"),
    (9, "enviada"),
    (12, "em_analise"),
    (20, "aceita"),
)


def test_the_state_of_a_day_is_the_one_at_its_end() -> None:
    assert [state_at(HISTORY, day(n)) for n in (-1, 0, 2, 3, 4, 5, 8, 9, 19, 20, 500)] == [
        None,
        *("rascunho", "rascunho", "enviada", "enviada", "devolvida", "devolvida", "enviada", "em_analise"),
        *("aceita", "aceita"),
    ]


def test_a_moment_counts_what_was_done_until_it() -> None:
    assert state_at(HISTORY, HISTORY[1].at) == "enviada"
    assert state_at(HISTORY, HISTORY[1].at.replace(hour=15)) == "rascunho"


def test_rows_of_one_moment_keep_the_order_in_which_they_were_written() -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
    both = steps("entrega", (at, "planejada"), (at, "em_execucao"), (at, "evidencia_enviada"))
    assert state_at(both, date(2026, 3, 1)) == "evidencia_enviada"


def test_a_history_in_any_order_reads_the_same() -> None:
    assert until(list(reversed(HISTORY[:2])), day(30)) == tuple(HISTORY[:2])


def test_an_evening_in_campo_grande_is_still_that_day() -> None:
    late = steps("entrega", (datetime(2026, 3, 2, 3, 59, tzinfo=timezone.utc), "planejada"))
    assert state_at(late, date(2026, 3, 1)) == "planejada"
    assert state_at(late, date(2026, 2, 28)) is None
    next_day = steps("entrega", (datetime(2026, 3, 2, 4, 0, tzinfo=timezone.utc), "planejada"))
    assert state_at(next_day, date(2026, 3, 1)) is None


def test_since_when_how_often_and_the_last() -> None:
    assert since(HISTORY, day(8)) == day(5)
    assert since(HISTORY, day(500)) == day(20)
    assert since(HISTORY, day(-1)) is None
    assert [times(HISTORY, "enviar", day(n)) for n in (2, 3, 9)] == [0, 1, 2]
    assert last(HISTORY, "enviar", day(8)) == HISTORY[1]
    assert last(HISTORY, "aceitar", day(8)) is None


def test_a_broken_chain_is_found() -> None:
    assert broken_at(HISTORY) is None
    assert broken_at(HISTORY[:2] + HISTORY[3:]) == 2
    assert broken_at(HISTORY[1:]) == 0
    assert broken_at([]) is None
