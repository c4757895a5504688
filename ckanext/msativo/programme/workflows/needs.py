"""Conditions that the tables of transitions ask for: a reason, a field, a positive number, a day of the cycle."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import Any

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.cycles import Cycle
from ckanext.msativo.programme.messages import Message
from ckanext.msativo.programme.workflows.base import Facts, Need

NOTE = "nota"
CYCLE = "ciclo"
TODAY = "hoje"


def need(field: str, code: str, msgid: str, holds: Callable[[Facts], bool]) -> Need:
    """A condition with a fixed text."""
    return Need(field, lambda facts: None if holds(facts) else Message(code, msgid))


def note(msgid: str) -> Need:
    """A reason in words: at least one letter or digit in ``nota``."""
    return need(NOTE, "note_missing", msgid, lambda facts: any(sign.isalnum() for sign in str(facts.get(NOTE) or "")))


def given(field: str, msgid: str) -> Need:
    """The field is there: not None, not an empty or blank text, not an empty list."""
    return need(field, f"{field}_missing", msgid, lambda facts: is_given(facts.get(field)))


def amount(field: str, msgid: str) -> Need:
    """The field is a number above 0."""
    return need(field, f"{field}_amount", msgid, lambda facts: is_amount(facts.get(field)))


def is_given(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and (not hasattr(value, "__len__") or len(value) > 0)


def is_amount(value: Any) -> bool:
    """Whether it is a finite number above 0 (True is no number)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value > 0


def _of_cycle(problem: Callable[[Cycle, date], Message | None]) -> Need:
    """A condition on the cycle and the local date: facts ``ciclo``, a Cycle, and ``hoje``, filled in by ``advance``."""

    def judged(facts: Facts) -> Message | None:
        cycle = facts.get(CYCLE)
        if not isinstance(cycle, Cycle):
            return Message("cycle_missing", N_("Say which cycle it belongs to."))
        return problem(cycle, facts[TODAY])

    return Need(CYCLE, judged)


def _in_window(cycle: Cycle, today: date) -> Message | None:
    if cycle.takes(today):
        return None
    if today < cycle.window_start:
        return Message(
            "window_not_open",
            N_("The window of adesão of the cycle {ciclo} opens on {dia}."),
            {"ciclo": cycle.name, "dia": cycle.window_start},
        )
    return Message(
        "window_closed",
        N_("The window of adesão of the cycle {ciclo} closed on {dia}: the request falls in the next cycle."),
        {"ciclo": cycle.name, "dia": cycle.window_end},
    )


def _cycle_runs(cycle: Cycle, today: date) -> Message | None:
    if not cycle.over(today):
        return None
    return Message("cycle_over", N_("The cycle {ciclo} ended on {dia}."), {"ciclo": cycle.name, "dia": cycle.end})


def _cycle_over(cycle: Cycle, today: date) -> Message | None:
    if cycle.over(today):
        return None
    return Message(
        "cycle_running",
        N_("The cycle {ciclo} runs until {dia}: it can be closed from the day after."),
        {"ciclo": cycle.name, "dia": cycle.end},
    )


IN_WINDOW = _of_cycle(_in_window)
CYCLE_RUNS = _of_cycle(_cycle_runs)
CYCLE_OVER = _of_cycle(_cycle_over)
