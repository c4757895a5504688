"""Cycles of the programme and their windows of adesão: a request that comes late falls in the next cycle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.errors import ProgrammeError


@dataclass(frozen=True)
class Cycle:
    """All four days are part of it: ``start`` to ``end`` the cycle, ``window_start`` to ``window_end`` the adesão.

    The window may begin before the cycle; it ends within it.
    """

    name: str
    start: date
    end: date
    window_start: date
    window_end: date

    def __post_init__(self) -> None:
        for code, holds, msgid in (
            ("cycle_without_name", bool(self.name.strip()), N_("The cycle needs a name.")),
            (
                "cycle_reversed",
                self.start <= self.end,
                N_("{name}: the cycle ends on {end}, before its start {start}."),
            ),
            (
                "window_reversed",
                self.window_start <= self.window_end,
                N_("{name}: the window of adesão closes on {window_end}, before it opens on {window_start}."),
            ),
            (
                "window_after_cycle",
                self.window_end <= self.end,
                N_("{name}: the window of adesão closes on {window_end}, after the cycle's end {end}."),
            ),
        ):
            if not holds:
                raise ProgrammeError(code, msgid, **vars(self))

    def takes(self, day: date) -> bool:
        """Whether its window of adesão is open on that day."""
        return self.window_start <= day <= self.window_end

    def over(self, day: date) -> bool:
        """Whether the cycle has ended by that day (its last day still belongs to it)."""
        return day > self.end


@dataclass(frozen=True)
class Placement:
    """The cycle of a request; ``opens`` is the day from which it can be sent; ``missed`` the cycle it is late for."""

    cycle: Cycle
    opens: date
    missed: Cycle | None = None

    @property
    def late(self) -> bool:
        return self.missed is not None


def checked(cycles: Iterable[Cycle]) -> tuple[Cycle, ...]:
    """The cycles by their windows; two of one name, or two that overlap, raise (a request would have two)."""
    ordered = tuple(sorted(cycles, key=lambda cycle: (cycle.window_start, cycle.start)))
    seen: set[str] = set()
    for cycle in ordered:
        if cycle.name in seen:
            raise ProgrammeError("cycle_twice", N_("There are two cycles named {name}: rename one."), name=cycle.name)
        seen.add(cycle.name)
    for earlier, later in pairwise(ordered):
        if later.window_start <= earlier.window_end:
            raise ProgrammeError(
                "windows_overlap",
                N_("The windows of adesão of {earlier} and {later} overlap on {day}: move one."),
                earlier=earlier.name,
                later=later.name,
                day=later.window_start,
            )
        if later.start <= earlier.end:
            raise ProgrammeError(
                "cycles_overlap",
                N_("The cycles {earlier} and {later} overlap on {day}: move one."),
                earlier=earlier.name,
                later=later.name,
                day=later.start,
            )
    return ordered


def running(cycles: Iterable[Cycle], day: date) -> Cycle | None:
    """The cycle that is under way on a day."""
    return next((cycle for cycle in checked(cycles) if cycle.start <= day <= cycle.end), None)


def place(cycles: Iterable[Cycle], day: date) -> Placement:
    """The cycle that a request made on that day falls in: the one whose window is open, else the next to open.

    Raises ``no_cycle`` when no window is open nor planned.
    """
    ordered = checked(cycles)
    missed = next((cycle for cycle in ordered if cycle.window_end < day <= cycle.end), None)
    for cycle in ordered:
        if cycle.takes(day):
            return Placement(cycle, day)
        if day < cycle.window_start:
            return Placement(cycle, cycle.window_start, missed)
    raise ProgrammeError(
        "no_cycle",
        N_("No window of adesão is open on {day} and none is planned after it: the coordenação must add a cycle."),
        day=day,
    )
