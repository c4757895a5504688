"""The menu of actions: which of them to recommend to a municipality and why, and the dates of a template's deliveries.

Score = Σ over the challenges that an action serves of the weight of the municipality's class in them (focal 3,
priority 2, others 0) + Σ over its indicators of the weight of the municipality's state (critical 1, attention 0.25).
An action with score 0 is not recommended; ties go by name. What stands in the way is said, it changes no rank.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.errors import ProgrammeError
from ckanext.msativo.programme.messages import Message
from ckanext.msativo.programme.workflows.needs import is_amount

CLASS_SCORES: Mapping[str, float] = {"focal": 3.0, "prioritario": 2.0}
STATE_SCORES: Mapping[str, float] = {"critico": 1.0, "atencao": 0.25}

_REASONS: Mapping[str, str] = {
    "focal": N_("Your municipality is focal in the challenge: {desafio}."),
    "prioritario": N_("Your municipality is a priority in the challenge: {desafio}."),
    "critico": N_("Your municipality is in a critical situation in: {indicador}."),
    "atencao": N_("Your municipality needs attention in: {indicador}."),
}


@dataclass(frozen=True)
class MenuAction:
    """An action of the menu: what it serves, its places (None = no limit) and how many are taken."""

    name: str
    desafios: tuple[str, ...] = ()
    indicadores: tuple[str, ...] = ()
    slots: int | None = None
    taken: int = 0


@dataclass(frozen=True)
class Municipality:
    """Classes by challenge (``focal``, …), states by indicator (``critico``, …), actions already in its plan."""

    classes: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    adopted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Recommendation:
    """``reasons`` strongest first (names of challenges and indicators in their params); ``obstacles`` may be empty."""

    action: str
    score: float
    reasons: tuple[Message, ...]
    obstacles: tuple[Message, ...]


def recommend(municipality: Municipality, menu: Iterable[MenuAction]) -> list[Recommendation]:
    """The actions that answer the municipality's own situation, the strongest first; adopted ones are left out."""
    found = []
    for action in menu:
        if action.name in municipality.adopted:
            continue
        scored = _scored(municipality, action)
        if scored:
            reasons = tuple(message for _score, message in sorted(scored, key=lambda one: -one[0]))
            found.append(Recommendation(action.name, sum(score for score, _ in scored), reasons, _obstacles(action)))
    return sorted(found, key=lambda one: (-one.score, one.action))


def _scored(municipality: Municipality, action: MenuAction) -> list[tuple[float, Message]]:
    served = [
        *(
            ("desafio", name, municipality.classes.get(name, ""), CLASS_SCORES)
            for name in dict.fromkeys(action.desafios)
        ),
        *(
            ("indicador", name, municipality.states.get(name, ""), STATE_SCORES)
            for name in dict.fromkeys(action.indicadores)
        ),
    ]
    return [
        (scores[state], Message(state, _REASONS[state], {kind: name}))
        for kind, name, state, scores in served
        if state in scores
    ]


def _obstacles(action: MenuAction) -> tuple[Message, ...]:
    if action.slots is None or action.taken < action.slots:
        return ()
    return (Message("no_slots", N_("All {vagas} places of this action are taken."), {"vagas": action.slots}),)


@dataclass(frozen=True)
class TemplateEntrega:
    """A delivery as the menu offers it. ``days`` from the plan's start to its due date, ``begins`` to its own start.

    ``quantity`` in ``unit``, None when it is done or not; ``weight`` > 0 in the plan; ``proof``: what proves it.
    """

    title: str
    days: int
    quantity: float | None = None
    unit: str = ""
    weight: float = 1.0
    proof: str = ""
    begins: int = 0

    def __post_init__(self) -> None:
        for code, holds, msgid in (
            ("template_title", bool(self.title.strip()), N_("The delivery needs a title.")),
            (
                "template_begins",
                self.begins >= 0,
                N_("{title}: it begins 0 days or more after the plan, not {begins}."),
            ),
            ("template_days", self.days >= 1, N_("{title}: the deadline must be 1 day or more, not {days}.")),
            (
                "template_order",
                self.days >= self.begins,
                N_("{title}: it is due {days} days after the plan's start, before it begins ({begins} days after it)."),
            ),
            (
                "template_quantity",
                self.quantity is None or is_amount(self.quantity),
                N_("{title}: the quantity {quantity} must be a number above 0, or empty."),
            ),
            ("template_weight", is_amount(self.weight), N_("{title}: the weight {weight} must be a number above 0.")),
        ):
            if not holds:
                raise ProgrammeError(code, msgid, **vars(self))


@dataclass(frozen=True)
class PlannedEntrega:
    """A delivery of a plan as first proposed; ``beyond_cycle``: it falls due after the cycle's end, to be edited."""

    title: str
    start: date
    due: date
    quantity: float | None
    unit: str
    weight: float
    proof: str
    beyond_cycle: bool


def planned(
    templates: Iterable[TemplateEntrega], start: date, cycle_end: date | None = None
) -> tuple[PlannedEntrega, ...]:
    """Copy an action's template deliveries into a plan that begins on ``start`` (calendar days)."""
    return tuple(_planned(template, start, cycle_end) for template in templates)


def _planned(template: TemplateEntrega, start: date, cycle_end: date | None) -> PlannedEntrega:
    due = start + timedelta(days=template.days)
    return PlannedEntrega(
        title=template.title,
        start=start + timedelta(days=template.begins),
        due=due,
        quantity=template.quantity,
        unit=template.unit,
        weight=template.weight,
        proof=template.proof,
        beyond_cycle=cycle_end is not None and due > cycle_end,
    )
