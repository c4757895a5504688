"""What needs whom: the queues of a prefeitura, a secretariat and the coordenação, made by one table.

Facts in, items out: `queue` keeps what waits for the given desks, says how urgent it is and what is to be done with it,
and puts the worst first. Asked for the State's desks with the facts of one municipality, the same table tells what the
State owes it. Today is a parameter; what is overdue by whose fault the facts say already.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import inf
from typing import Any

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.ownership import COORDENACAO, MUNICIPIO, SECRETARIA
from ckanext.msativo.programme.progress.lights import SOON_DAYS
from ckanext.msativo.text import fold

__all__ = ["ABSENT", "DATE", "KINDS", "LEVELS", "NEW", "OPEN", "OVERDUE", "RETURNED", "RULES", "SOON", "STATE", "VERBS"]
__all__ += ["Item", "Matter", "Rule", "queue"]

OVERDUE, RETURNED, SOON, OPEN, NEW, DATE = LEVELS = ("vencido", "devolvido", "vence_logo", "aberto", "novo", "data")
"""How urgent, the worst first. ``data`` is of what has a day and asks for nothing but being there."""
STATE = (SECRETARIA, COORDENACAO)
ABSENT = "ausente"
"""State of what should be there and was never begun."""
STATE_SOON, AGENDA_SOON, MEETING_DAYS, WINDOW_DAYS = 3, 7, 14, 14

VERBS: Mapping[str, str] = {
    "enviar_evidencia": N_("Send evidence"),
    "corrigir": N_("Correct"),
    "continuar": N_("Carry on"),
    "revisar_plano": N_("Revise the plan"),
    "completar_plano": N_("Carry on with the plan"),
    "criar_plano": N_("Make the plan"),
    "corrigir_pedido": N_("Correct the request"),
    "completar_pedido": N_("Complete the request"),
    "pedir_adesao": N_("Ask to join"),
    "ver_cardapio": N_("See the menu"),
    "abrir": N_("Open it"),
    "revisar": N_("Review it"),
    "analisar": N_("Start the analysis"),
    "decidir": N_("Decide"),
    "responder": N_("Answer it"),
    "aprovar": N_("Approve or return"),
    "publicar": N_("Publish it"),
}
"""What is to be done, one word or two."""
KINDS: Mapping[str, str] = {
    "evidencia": N_("An evidence"),
    "entrega": N_("Delivery"),
    "plano": N_("A plan"),
    "adesao": N_("Request to join"),
    "contestacao": N_("Contest"),
    "acao": N_("Action of the menu"),
    "recomendacao": N_("Recommended actions"),
    "agenda": N_("An agenda item"),
    "reuniao": N_("Meeting"),
}
"""What an item is about; the kinds of `Matter`."""


@dataclass(frozen=True)
class Matter:
    """Something of the programme as its readings tell it: ``kind`` one of `KINDS`, ``state`` that of its workflow.

    ``due``: the day by which the next step is due, None without one. ``owner``: whose an agenda item is. ``about``: id
    of the delivery that an evidence proves. ``row`` is what the reading gave, for who shows the item.
    """

    kind: str
    id: str
    state: str
    title: str
    due: date | None = None
    owner: str = ""
    about: str = ""
    row: Mapping[str, Any] = field(default_factory=dict, compare=False, hash=False)


@dataclass(frozen=True)
class Rule:
    """Which matters wait for which desks. ``soon``: days before the due day from which it is due soon.

    ``within``: it is an item only from so many days before its day on. ``owned``: only when the desk is its owner.
    """

    kind: str
    states: Collection[str]
    desks: Collection[str]
    verb: str
    level: str = OPEN
    soon: int = STATE_SOON
    within: int | None = None
    owned: bool = False

    def holds(self, matter: Matter, desks: Collection[str], today: date) -> bool:
        if matter.kind != self.kind or matter.state not in self.states:
            return False
        if not set(self.desks).intersection(desks) or (self.owned and matter.owner not in desks):
            return False
        days = _days(matter, today)
        return self.within is None or (days is not None and days <= self.within and (self.level != DATE or days >= 0))


_ALL = (MUNICIPIO, SECRETARIA, COORDENACAO)
_PREFEITURA = (MUNICIPIO,)
_COORDENACAO = (COORDENACAO,)
RULES: tuple[Rule, ...] = (
    # -- of the prefeitura
    Rule("evidencia", ("devolvida",), _PREFEITURA, "corrigir", RETURNED, soon=SOON_DAYS),
    Rule("evidencia", ("rascunho",), _PREFEITURA, "continuar", soon=SOON_DAYS),
    Rule("entrega", ("planejada", "em_execucao"), _PREFEITURA, "enviar_evidencia", soon=SOON_DAYS, within=SOON_DAYS),
    Rule("plano", ("devolvido",), _PREFEITURA, "revisar_plano", RETURNED),
    Rule("plano", ("rascunho",), _PREFEITURA, "completar_plano"),
    Rule("plano", (ABSENT,), _PREFEITURA, "criar_plano", NEW),
    Rule("adesao", ("devolvida",), _PREFEITURA, "corrigir_pedido", RETURNED),
    Rule("adesao", ("rascunho",), _PREFEITURA, "completar_pedido", soon=WINDOW_DAYS),
    Rule("adesao", (ABSENT,), _PREFEITURA, "pedir_adesao", NEW, soon=WINDOW_DAYS),
    Rule("recomendacao", ("aberta",), _PREFEITURA, "ver_cardapio", NEW),
    # -- of the State
    Rule("evidencia", ("enviada", "em_analise"), STATE, "revisar"),
    Rule("adesao", ("enviada",), _COORDENACAO, "analisar"),
    Rule("adesao", ("em_analise",), _COORDENACAO, "decidir"),
    Rule("plano", ("enviado", "em_aditivo"), _COORDENACAO, "decidir"),
    Rule("contestacao", ("aberta",), _COORDENACAO, "responder"),
    Rule("acao", ("em_comentarios",), _COORDENACAO, "aprovar"),
    Rule("acao", ("aprovada",), (SECRETARIA,), "publicar"),
    Rule("acao", ("rascunho",), (SECRETARIA,), "continuar"),
    # -- of everyone
    Rule("agenda", ("aberta", "em_andamento"), _ALL, "abrir", soon=AGENDA_SOON, owned=True),
    Rule("reuniao", ("marcada",), _ALL, "abrir", DATE, soon=-1, within=MEETING_DAYS),
)
"""The first that holds counts."""


@dataclass(frozen=True)
class Item:
    """``days`` until the due day, negative after it, None without one; ``returned``: it came back for correction."""

    matter: Matter
    verb: str
    level: str
    days: int | None
    returned: bool


def queue(matters: Iterable[Matter], desks: Collection[str], today: date) -> list[Item]:
    """What waits for these desks (kinds of organisation), the worst first, each thing once.

    A delivery whose evidence is at hand, begun or returned, is told by that evidence alone.
    """
    unique = {(matter.kind, matter.id): matter for matter in matters}
    items = [item for matter in unique.values() if (item := _item(matter, desks, today)) is not None]
    told = {item.matter.about for item in items if item.matter.about}
    return sorted((item for item in items if item.matter.id not in told), key=_rank)


def _item(matter: Matter, desks: Collection[str], today: date) -> Item | None:
    rule = next((rule for rule in RULES if rule.holds(matter, desks, today)), None)
    if rule is None:
        return None
    days = _days(matter, today)
    return Item(matter, rule.verb, _level(rule, days), days, rule.level == RETURNED)


def _level(rule: Rule, days: int | None) -> str:
    if days is not None and days < 0:
        return OVERDUE
    if rule.level == RETURNED or days is None or days > rule.soon:
        return rule.level
    return SOON


def _days(matter: Matter, today: date) -> int | None:
    return None if matter.due is None else (matter.due - today).days


def _rank(item: Item) -> tuple[Any, ...]:
    matter = item.matter
    days = inf if item.days is None else item.days
    return LEVELS.index(item.level), days, list(KINDS).index(matter.kind), fold(matter.title), matter.id
