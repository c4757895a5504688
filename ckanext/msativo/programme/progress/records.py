"""What is known of a delivery: its terms over time, its history, its evidences with theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.days import end_of
from ckanext.msativo.programme.errors import ProgrammeError
from ckanext.msativo.programme.workflows.base import Transition
from ckanext.msativo.programme.workflows.needs import is_amount


@dataclass(frozen=True)
class Terms:
    """What a delivery was to be, from the moment ``since`` on (aware; None = from the beginning).

    ``target`` in the delivery's own unit, None when it has no quantity; ``weight`` > 0 in its plan.
    """

    start: date
    due: date
    target: float | None = None
    weight: float = 1.0
    since: datetime | None = None

    def __post_init__(self) -> None:
        if self.due < self.start:
            raise ProgrammeError(
                "due_before_start",
                N_("The due date {due} is before the start {start}: correct one of them."),
                due=self.due,
                start=self.start,
            )
        if self.target is not None and not is_amount(self.target):
            raise ProgrammeError(
                "target_amount", N_("The target {target} must be a number above 0."), target=self.target
            )
        if not is_amount(self.weight):
            raise ProgrammeError(
                "weight_amount", N_("The weight {weight} must be a number above 0."), weight=self.weight
            )


@dataclass(frozen=True)
class Evidencia:
    """An evidence by its history: ``enviar`` records ``quantidade``, an acceptance ``quantidade_aceita``."""

    id: str
    history: Sequence[Transition]


@dataclass(frozen=True)
class Entrega:
    """A delivery. ``groups``: grouping → the keys it belongs to (``desafio`` may have several).

    ``terms`` by their ``since``: an amendment adds one. A delivery without a transition by a day did not exist then.
    """

    id: str
    terms: Sequence[Terms]
    history: Sequence[Transition]
    evidences: Sequence[Evidencia] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.terms:
            raise ProgrammeError(
                "no_terms", N_("The delivery {entrega} has neither dates nor weight."), entrega=self.id
            )

    def terms_at(self, day: date, zone: tzinfo) -> Terms:
        """The terms in force at the end of a day: the newest that had begun, else the first."""
        end = end_of(day, zone)
        begun = [terms for terms in self.terms if terms.since is None or terms.since < end]
        return max(begun, key=_since) if begun else min(self.terms, key=_since)


def _since(terms: Terms) -> float:
    return float("-inf") if terms.since is None else terms.since.timestamp()
