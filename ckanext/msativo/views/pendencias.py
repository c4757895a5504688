"""How an item of a queue is shown: when, what, why, and the one link to what is to be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic.territory import territory
from ckanext.msativo.programme import queue as of
from ckanext.msativo.programme.queue import ABSENT, Item
from ckanext.msativo.views import looks, numbers

CSS: Mapping[str, str] = {of.OVERDUE: "is-critico", of.RETURNED: "is-critico", of.SOON: "is-atencao"}
SIGNS: Mapping[str, str] = {of.OVERDUE: "▲", of.RETURNED: "↺", of.SOON: "●"}
LONGEST = 180
Row = Mapping[str, Any]


def line(item: Item, *, may: bool, **more: Any) -> dict[str, Any]:
    """``may``: whether the reader can do it; who cannot gets the page where it is read."""
    matter = item.matter
    verb = item.verb if may else "abrir"
    place = matter.row.get("municipio")
    return {
        "id": matter.id,
        "kind": matter.kind,
        "kind_label": tk._(of.KINDS[matter.kind]),
        "title": _title(item),
        "when": when(item),
        "sign": SIGNS.get(item.level, ""),
        "css": CSS.get(item.level, ""),
        "returned": item.returned and item.level != of.RETURNED,
        "detail": DETAILS[matter.kind](item),
        "municipio": place if isinstance(place, str) else "",
        "verb": tk._(of.VERBS[verb]),
        "href": ADDRESSES[matter.kind](item, may),
        "row": matter.row,
        **more,
    }


# -- when --------------------------------------------------------------------------------------------------------------
def when(item: Item) -> str:
    if item.level == of.OVERDUE and item.days is not None:
        return looks.days_left(item.days)
    if item.level == of.RETURNED:
        return tk._("Returned to you")
    if item.level == of.DATE and item.matter.due:
        return tk.h.msativo_date(item.matter.due.isoformat())
    if item.days is not None:
        return due_in(item.days)
    if item.matter.state == "rascunho":
        return tk._("Draft")
    return tk._("New for you") if item.level == of.NEW else tk._("Without a day")


def due_in(days: int) -> str:
    if days == 0:
        return tk._("due today")
    return tk.ungettext("due in {n} day", "due in {n} days", days).format(n=days)


# -- what --------------------------------------------------------------------------------------------------------------
def _title(item: Item) -> str:
    matter = item.matter
    if matter.kind == "recomendacao":
        count = matter.row["count"]
        text = tk.ungettext(
            "{n} action recommended for your municipality", "{n} actions recommended for your municipality", count
        )
        return text.format(n=count)
    if matter.kind == "plano" and matter.state == ABSENT:
        return tk._("Your action plan of the cycle")
    if matter.kind == "adesao":
        if matter.state == ABSENT:
            return tk._("Join the cycle {ciclo}").format(ciclo=matter.title)
        return tk._("Request to join of {name}").format(name=matter.title)
    return matter.title


def _delivery(item: Item) -> str:
    row = item.matter.row
    if row["meta"] is None:
        return row["acao"]["titulo"]
    done = numbers.plain(round(row["validado"] * row["meta"], 6))
    text = tk._("{action} · {done} of {target} {unit} accepted by the State")
    return text.format(action=row["acao"]["titulo"], done=done, target=numbers.plain(row["meta"]), unit=row["unidade"])


def _evidence(item: Item) -> str:
    row = item.matter.row
    said = row.get("pedido")
    if said:
        return tk._("The State asks: {text}").format(text=said if len(said) <= LONGEST else said[: LONGEST - 1] + "…")
    number = tk._("Evidence {n}").format(n=row["numero"])
    sent = tk.h.msativo_date(row["enviada_em"])
    return tk._("{evidence}, sent on {day}").format(evidence=number, day=sent) if sent else number


def _plan(item: Item) -> str:
    row, state = item.matter.row, item.matter.state
    if state == ABSENT:
        text = tk.ungettext("{n} adopted action waits for it", "{n} adopted actions wait for it", row["count"])
        return text.format(n=row["count"])
    if state == "em_aditivo":
        return tk._("An amendment waits for the State's answer")
    deliveries = tk.ungettext("{n} delivery", "{n} deliveries", row["entregas"]).format(n=row["entregas"])
    return f"{tk._('Cycle {ciclo}').format(ciclo=row['ciclo_nome'])} · {deliveries}"


def _request(item: Item) -> str:
    row = item.matter.row
    if item.matter.state == ABSENT:
        return tk._("The window is open until {day}; the State answers within 14 days").format(
            day=tk.h.msativo_date(row["adesao_fim"])
        )
    return " · ".join(
        part for part in (tk._("Cycle {ciclo}").format(ciclo=row["ciclo_nome"]), row["protocolo"]) if part
    )


def _offer(item: Item) -> str:
    return str(item.matter.row["reason"])


def _action(item: Item) -> str:
    return str(item.matter.row["secretaria"]["title"])


def _contest(item: Item) -> str:
    row = item.matter.row
    return tk._("{municipio}, sent on {day}").format(municipio=row["municipio"], day=tk.h.msativo_date(row["em"]))


def _agenda(item: Item) -> str:
    return str(item.matter.row["porque"] or item.matter.row["regra_nome"])


def _meeting(item: Item) -> str:
    row = item.matter.row
    return " · ".join(part for part in (row["hora"], row["lugar"]) if part)


DETAILS: Mapping[str, Callable[[Item], str]] = {
    "entrega": _delivery,
    "evidencia": _evidence,
    "plano": _plan,
    "adesao": _request,
    "recomendacao": _offer,
    "acao": _action,
    "contestacao": _contest,
    "agenda": _agenda,
    "reuniao": _meeting,
}


# -- where -------------------------------------------------------------------------------------------------------------
def _to_evidence(item: Item, may: bool) -> str:
    form = may and item.verb in ("corrigir", "continuar")
    return tk.url_for(f"msativo_evidencias.{'edit' if form else 'read'}", ref=item.matter.id)


def _to_delivery(item: Item, may: bool) -> str:
    if may:
        return tk.url_for("msativo_evidencias.new", entrega=item.matter.id)
    return tk.url_for("msativo_entregas.read", ref=item.matter.id)


def _to_plan(item: Item, may: bool) -> str:
    if item.matter.state == ABSENT:
        return tk.url_for("msativo_planos.new" if may else "msativo_acoes.index", municipio=item.matter.id)
    form = may and item.verb in ("revisar_plano", "completar_plano")
    return tk.url_for(f"msativo_planos.{'edit' if form else 'read'}", ref=item.matter.id)


def _to_request(item: Item, may: bool) -> str:
    matter = item.matter
    if matter.state == ABSENT:
        code = matter.id.split("/")[0]
        return tk.url_for("msativo_adesoes.new", municipio=code) if may else tk.url_for("msativo_servico.index")
    form = may and item.verb in ("corrigir_pedido", "completar_pedido")
    return tk.url_for(f"msativo_adesoes.{'edit' if form else 'read'}", ref=matter.row["protocolo"] or matter.id)


def _to_menu(item: Item, _may: bool) -> str:
    return tk.url_for("msativo_acoes.index", municipio=territory().by_code[item.matter.id].slug)


ADDRESSES: Mapping[str, Callable[[Item, bool], str]] = {
    "entrega": _to_delivery,
    "evidencia": _to_evidence,
    "plano": _to_plan,
    "adesao": _to_request,
    "recomendacao": _to_menu,
    "acao": lambda item, _may: tk.url_for("msativo_acoes.read", ref=item.matter.row["nome"]),
    "contestacao": lambda item, _may: tk.url_for("msativo_contestacoes.read", numero=item.matter.row["numero"]),
    "agenda": lambda item, _may: tk.url_for("msativo_agenda.read", numero=item.matter.row["numero"]),
    "reuniao": lambda item, _may: tk.url_for("msativo_reunioes.read", reuniao=item.matter.id),
}
