"""The light of a delivery: the first rule of the table that holds, with its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.deadlines import Deadline
from ckanext.msativo.programme.messages import Message
from ckanext.msativo.programme.ownership import MUNICIPIO
from ckanext.msativo.programme.progress.formulas import SPI_RED, SPI_YELLOW, behind

CINZA, VERDE, AZUL, VERMELHO, AMARELO = "cinza", "verde", "azul", "vermelho", "amarelo"
COLOURS = (VERDE, AZUL, AMARELO, VERMELHO, CINZA)
CANCELLED, DONE, PLANNED = "cancelada", "aprovada", "planejada"
SOON_DAYS = 30


@dataclass(frozen=True)
class Situation:
    """What the lights judge. ``evidence``: something stands sent or accepted; ``review``: what waits for the State."""

    today: date
    state: str
    start: date
    due: date
    validated: float
    planned: float
    days_late: int
    responsible: str
    evidence: bool
    returned: bool
    review: Deadline | None


@dataclass(frozen=True)
class Light:
    """``msgid`` may use the facts of ``light_of``."""

    name: str
    colour: str
    msgid: str
    holds: Callable[[Situation], bool]


LIGHTS: tuple[Light, ...] = (
    Light("cancelada", CINZA, N_("Cancelled."), lambda s: s.state == CANCELLED),
    Light("concluida", VERDE, N_("Done: the evidence was accepted."), lambda s: s.state == DONE),
    Light(
        "aguarda_estado",
        AZUL,
        N_("Waiting for the State's review, due on {analise}."),
        lambda s: s.review is not None and not s.review.overdue,
    ),
    Light(
        "estado_atrasado",
        VERMELHO,
        N_("The State's review is {dias} days late: the evidence was sent in time."),
        lambda s: s.days_late > 0 and s.responsible != MUNICIPIO,
    ),
    Light("atrasada", VERMELHO, N_("{dias} days late: it was due on {prazo}."), lambda s: s.days_late > 0),
    Light("devolvida", AMARELO, N_("Evidence was returned for correction."), lambda s: s.returned),
    Light(
        "vence_logo",
        AMARELO,
        N_("Due on {prazo}, and no evidence was sent yet."),
        lambda s: not s.evidence and (s.due - s.today).days <= SOON_DAYS,
    ),
    Light(
        "nao_iniciada",
        CINZA,
        N_("Not started: it begins on {inicio}."),
        lambda s: s.state == PLANNED and s.today < s.start,
    ),
    Light(
        "ritmo_critico",
        VERMELHO,
        N_("Far behind its calendar: {validado} validated, {previsto} planned by now."),
        lambda s: behind(s.validated, s.planned, SPI_RED),
    ),
    Light(
        "ritmo_lento",
        AMARELO,
        N_("Behind its calendar: {validado} validated, {previsto} planned by now."),
        lambda s: behind(s.validated, s.planned, SPI_YELLOW),
    ),
    Light("em_dia", VERDE, N_("On schedule."), lambda _s: True),
)


def light_of(situation: Situation) -> tuple[str, Message]:
    """Colour and reason; the code of the reason is the light's name."""
    light = next(light for light in LIGHTS if light.holds(situation))
    facts = {
        "analise": situation.review.due if situation.review else None,
        "dias": situation.days_late,
        "prazo": situation.due,
        "inicio": situation.start,
        "validado": situation.validated,
        "previsto": situation.planned,
    }
    return light.colour, Message(light.name, light.msgid, facts)
