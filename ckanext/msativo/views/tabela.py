"""The table of an indicator: every municipality, sorted by links."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import pages
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.text import fold
from ckanext.msativo.views import links, states
from ckanext.msativo.views.states import LOOKS, ORDER

LAST = float("inf")

Key = Callable[[Any], Any]


def _or_last(value: Any) -> tuple[bool, Any]:
    return (value is None, 0 if value is None else value)


# Name in the address → label of the column, key of the sort.
ORDERS: Mapping[str, tuple[str, Key]] = {
    "posicao": (N_("Rank"), lambda row: _or_last(row.posicao)),
    "municipio": (N_("Municipality"), lambda row: fold(territory().by_code[row.codigo_ibge].nome)),
    "valor": (N_("Value"), lambda row: _or_last(pages.judged(row))),
    "estado": (N_("Situation"), lambda row: (ORDER.index(row.estado), _or_last(row.posicao))),
    "ano": (N_("Year of the value"), lambda row: _or_last(row.ano_valor)),
    "desde": (N_("Critical since"), lambda row: _or_last(row.critico_desde)),
}


@dataclass(frozen=True)
class Column:
    label: str
    href: str
    sort: str
    """``ascending``, ``descending`` or ``none``: the value of aria-sort."""
    css: str


@dataclass(frozen=True)
class Line:
    posicao: int | None
    nome: str
    href: str
    regiao: str
    valor: str
    observado: str
    """The observed value, where the other one is smoothed."""
    confianca: str
    ano: int | None
    estado: Any
    motivo: str
    desde: int | None


@dataclass(frozen=True)
class Table:
    columns: Sequence[Column]
    lines: Sequence[Line]


NUMERIC = {"posicao", "valor", "ano", "desde"}


def make(
    rows: Sequence[Any], ordem: str, shown: Callable[[float | None], str], why: Callable[[Any], str], url: links.Address
) -> Table:
    name = ordem.removeprefix("-")
    ordered = sorted(rows, key=ORDERS[name][1])
    if ordem.startswith("-"):
        # What is missing stays at the end either way.
        missing = [row for row in ordered if _missing(row, name)]
        ordered = [row for row in reversed(ordered) if not _missing(row, name)] + missing
    return Table(columns(ORDERS, ordem, url, NUMERIC), [_line(row, shown, why) for row in ordered])


FIELDS = {"valor": "valor", "posicao": "posicao", "ano": "ano_valor", "desde": "critico_desde"}


def _missing(row: Any, name: str) -> bool:
    return name in FIELDS and getattr(row, FIELDS[name]) is None


def columns(orders: Mapping[str, tuple[str, Any]], ordem: str, url: links.Address, numeric: set[str]) -> list[Column]:
    """Heads of a table that is sorted by links: a second click turns the order around."""
    made = []
    for name, (label, _key) in orders.items():
        sort = "ascending" if ordem == name else "descending" if ordem == f"-{name}" else "none"
        href = url(ordem=f"-{name}" if sort == "ascending" else name, anchor="tabela")
        made.append(Column(tk._(label), href, sort, "ms-num" if name in numeric else ""))
    return made


def _line(row: Any, shown: Callable[[float | None], str], why: Callable[[Any], str]) -> Line:
    municipio = territory().by_code[row.codigo_ibge]
    return Line(
        posicao=row.posicao,
        nome=municipio.nome,
        href=links.municipality(municipio.slug),
        regiao=region(row.codigo_ibge),
        valor=shown(pages.judged(row)),
        observado="" if row.valor_suavizado is None else shown(row.valor),
        confianca=states.confidence(row),
        ano=row.ano_valor,
        estado=LOOKS[row.estado],
        motivo=why(row),
        desde=row.critico_desde,
    )


def region(code: str) -> str:
    """Name of a municipality's immediate region, "" where it is not known."""
    found = territory().by_code[code].regiao_imediata
    return found.nome if found else ""
