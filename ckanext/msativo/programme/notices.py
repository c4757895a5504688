"""The kinds of notices (avisos): their sentences, the facts that fill them, and how urgent they are.

One table, which pages and e-mails go by. A new kind is one line in `KINDS`: its title, its text, its weight and its
facts. A fact is declared with its kind, so none can slip in that its sentences do not need; none is about a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.errors import ProgrammeError
from ckanext.msativo.programme.messages import Message
from ckanext.msativo.programme.workflows import ADESAO, EVIDENCIA, PLANO
from ckanext.msativo.programme.workflows.base import Workflow

# Weights, the heaviest last: something to know, something to do, something that is late.
KNOW, ACT, LATE = WEIGHTS = ("informa", "acao", "alerta")
WEIGHT_LABELS: Mapping[str, str] = {KNOW: N_("to know"), ACT: N_("to do"), LATE: N_("urgent")}

PREFERENCES: Mapping[str, str] = {
    "imediato": N_("One e-mail for each notice, at once"),
    "resumo": N_("One e-mail a day with all notices of the day"),
    "nenhum": N_("No e-mails; notices stay in the portal"),
}
DEFAULT_PREFERENCE = "imediato"
LONGEST = 300
"""Longest text of a fact; what is longer is cut."""


# -- facts -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Fact:
    """``write`` makes of a value what is stored (JSON), ``read`` of that what a `Message` shows."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _text(value: Any) -> str:
    """One line that a database and a header can hold."""
    if not isinstance(value, str):
        raise TypeError(value)
    # A control character is nothing to see, and half a character cannot be stored.
    clean = "".join(letter if letter.isprintable() else " " for letter in value)
    line = " ".join(clean.encode("utf-8", "replace").decode().split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(value)
    return value


def _day(value: Any) -> str:
    """A moment is not accepted: which day it falls on depends on the zone."""
    if isinstance(value, datetime) or not isinstance(value, date | str):
        raise TypeError(value)
    return (date.fromisoformat(value) if isinstance(value, str) else value).isoformat()


TEXT = Fact(_text, str)
NUMBER = Fact(_number, int)
DAY = Fact(_day, date.fromisoformat)
"""A local day; shown as the reader's language writes it."""


def choice(**labels: str) -> Fact:
    """One of some words, each with its label."""

    def write(value: Any) -> str:
        if value not in labels:
            raise ValueError(value)
        return value

    return Fact(write, lambda value: Message(value, labels[value]))


def _states(workflow: Workflow, *names: str) -> Fact:
    """One of a workflow's states, as that one calls them."""
    return choice(**{name: workflow.states[name] for name in names})


# -- kinds -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Kind:
    """``digest``: whoever wants one e-mail a day gets it with that; else it is sent at once to them too."""

    title: str
    text: str
    weight: str
    facts: Mapping[str, Fact]
    digest: bool = True


_MUNICIPIO = {"municipio": TEXT}
_ADESAO = {**_MUNICIPIO, "protocolo": TEXT}
_PLANO = {**_MUNICIPIO, "plano": TEXT}
_ENTREGA = {**_MUNICIPIO, "entrega": TEXT}
_DUE = {"prazo": DAY}
_COUNT = {"dia": NUMBER, "prazo": DAY}

KINDS: Mapping[str, Kind] = {
    # -- requests to join
    "adesao_enviada": Kind(
        N_("{municipio} asks to join"),
        N_("The request {protocolo} was sent. The State's answer is due on {prazo}."),
        ACT,
        {**_ADESAO, **_DUE},
    ),
    "adesao_retirada": Kind(
        N_("{municipio} withdrew its request to join"),
        N_("The request {protocolo} no longer waits for an answer."),
        KNOW,
        _ADESAO,
    ),
    "adesao_respondida": Kind(
        N_("{resposta}: {municipio}"),
        N_("The State has answered the request {protocolo}. Its page says why and what comes next."),
        ACT,
        {**_ADESAO, "resposta": _states(ADESAO, "aprovada", "devolvida", "recusada")},
    ),
    "adesao_aviso": Kind(
        N_("The request to join of {municipio} waits for an answer"),
        N_("This is day {dia} of the request {protocolo}. The State's answer is due on {prazo}."),
        ACT,
        {**_ADESAO, **_COUNT},
    ),
    "adesao_atrasada": Kind(
        N_("The answer to {municipio} is overdue"),
        N_("The State's answer to the request {protocolo} was due on {prazo}. Answer it today."),
        LATE,
        {**_ADESAO, **_DUE},
        digest=False,
    ),
    "adesao_escalada": Kind(
        N_("The programme coordination owes {municipio} an answer"),
        N_("The answer to the request {protocolo} was due on {prazo} and nobody has given it. See that it is."),
        LATE,
        {**_ADESAO, **_DUE},
        digest=False,
    ),
    # -- the menu of actions
    "acao_comentario": Kind(
        N_("New comment on “{acao}”"),
        N_("Somebody has commented on the action “{acao}”. Read the comment on its page."),
        KNOW,
        {"acao": TEXT},
    ),
    "acao_para_aprovar": Kind(
        N_("“{acao}” waits for approval"),
        N_("{secretaria} has completed the action “{acao}” and asks for its approval."),
        ACT,
        {"acao": TEXT, "secretaria": TEXT},
    ),
    "acao_devolvida": Kind(
        N_("“{acao}” was returned"),
        N_("The action “{acao}” was returned for changes. Its page says which."),
        ACT,
        {"acao": TEXT},
    ),
    "acao_publicada": Kind(
        N_("“{acao}” is in the menu"),
        N_("The action “{acao}” was published. Prefeituras can take it into their plans."),
        KNOW,
        {"acao": TEXT},
    ),
    # -- plans
    "plano_enviado": Kind(
        N_("{municipio} sent a plan"),
        N_("The plan “{plano}” of {municipio} waits for the State's answer."),
        ACT,
        _PLANO,
    ),
    "plano_respondido": Kind(
        N_("{resposta}: {municipio}"),
        N_("The State has answered the plan “{plano}”. Its page says why and what comes next."),
        ACT,
        {**_PLANO, "resposta": _states(PLANO, "aprovado", "devolvido")},
    ),
    "aditivo_pedido": Kind(
        N_("{municipio} asks to amend its plan"),
        N_("The amendment of the plan “{plano}” waits for the State's answer."),
        ACT,
        _PLANO,
    ),
    "aditivo_respondido": Kind(
        N_("{resposta}: {municipio}"),
        N_("The State has answered the amendment of the plan “{plano}”. Its page says why."),
        ACT,
        {**_PLANO, "resposta": choice(aprovado=N_("Amendment approved"), recusado=N_("Amendment refused"))},
    ),
    # -- deliveries and evidence
    "entrega_prazo": Kind(
        N_("Delivery due on {prazo}: “{entrega}”"),
        N_("The delivery “{entrega}” of {municipio} is due on {prazo}. Send its evidence by then."),
        ACT,
        {**_ENTREGA, **_DUE},
    ),
    "entrega_atrasada": Kind(
        N_("Delivery overdue: “{entrega}”"),
        N_("The delivery “{entrega}” of {municipio} was due on {prazo} and has no accepted evidence."),
        LATE,
        {**_ENTREGA, **_DUE},
    ),
    "evidencia_enviada": Kind(
        N_("{municipio} sent evidence of “{entrega}”"),
        N_("The review of the evidence of “{entrega}” is due on {prazo}."),
        ACT,
        {**_ENTREGA, **_DUE},
    ),
    "evidencia_respondida": Kind(
        N_("{resposta}: “{entrega}”"),
        N_("The State has reviewed the evidence of “{entrega}” of {municipio}. Its page says why."),
        ACT,
        {**_ENTREGA, "resposta": _states(EVIDENCIA, "aceita", "aceita_parcial", "devolvida", "rejeitada")},
    ),
    "evidencia_aviso": Kind(
        N_("Evidence of {municipio} waits for its review"),
        N_("This is day {dia} of the evidence of “{entrega}”. Its review is due on {prazo}."),
        ACT,
        {**_ENTREGA, **_COUNT},
    ),
    "evidencia_atrasada": Kind(
        N_("The review of evidence of {municipio} is overdue"),
        N_("The review of the evidence of “{entrega}” was due on {prazo}. Review it today."),
        LATE,
        {**_ENTREGA, **_DUE},
        digest=False,
    ),
    "evidencia_escalada": Kind(
        N_("Your team owes {municipio} a review"),
        N_("The review of the evidence of “{entrega}” was due on {prazo} and nobody has given it."),
        LATE,
        {**_ENTREGA, **_DUE},
        digest=False,
    ),
    # -- agenda and people
    "agenda_item": Kind(
        N_("New in your agenda: {item}"),
        N_("The item “{item}” is yours to move on. Its page says why it is there and by when."),
        ACT,
        {"item": TEXT},
    ),
    "pessoa_convite": Kind(
        N_("You now work for {organizacao} in the portal"),
        N_("Your account was added to {organizacao}. You see its drafts and what it has to do."),
        KNOW,
        {"organizacao": TEXT},
        digest=False,
    ),
}
UNKNOWN = Kind(N_("Notice"), N_("Open it to see what it is about."), KNOW, {})
"""What is shown of a kind that the table no longer has."""


def kind(name: str) -> Kind:
    return KINDS.get(name, UNKNOWN)


def facts(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a notice as they are stored; raises `ProgrammeError` for what the kind does not declare."""
    known = KINDS.get(name)
    if known is None:
        raise ProgrammeError("unknown_notice", N_("There is no kind of notice “{name}”."), name=name)
    if set(given) != set(known.facts):
        wanted, had = ", ".join(sorted(known.facts)), ", ".join(sorted(given))
        raise ProgrammeError(
            "notice_facts", N_("A notice “{name}” tells {wanted}; given: {had}."), name=name, wanted=wanted, had=had
        )
    written = {}
    for fact, value in given.items():
        try:
            written[fact] = known.facts[fact].write(value)
        except (AttributeError, TypeError, ValueError) as error:
            message = N_("“{value}” cannot be the fact “{fact}” of a notice “{name}”.")
            raise ProgrammeError("notice_fact", message, value=repr(value), fact=fact, name=name) from error
    return written


def title(name: str, stored: Mapping[str, Any]) -> Message:
    """The notice in one line."""
    return _message(name, kind(name), kind(name).title, stored)


def text(name: str, stored: Mapping[str, Any]) -> Message:
    """What it is about, and what to do."""
    return _message(name, kind(name), kind(name).text, stored)


def _message(name: str, of: Kind, msgid: str, stored: Mapping[str, Any]) -> Message:
    return Message(name, msgid, {fact: _read(form, stored.get(fact)) for fact, form in of.facts.items()})


def _read(form: Fact, value: Any) -> Any:
    """A fact of an old notice may have another form than the table now has; it is shown as it is."""
    try:
        return form.read(value)
    except (KeyError, TypeError, ValueError):
        return "" if value is None else str(value)
