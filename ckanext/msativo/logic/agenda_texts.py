"""What an agenda item says: its title, why it is there, and the sum that its priority is, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic.numbers import number, percent
from ckanext.msativo.model import AgendaItem
from ckanext.msativo.programme.agenda import FACT_KINDS, RULES, Priority, Wanted
from ckanext.msativo.programme.messages import Message

BY_HAND = N_("By hand")
SHOWN: Mapping[str, Callable[[Any], str]] = {
    "date": lambda value: tk.h.msativo_date(value if isinstance(value, str) else value.isoformat()),
    "share": lambda value: percent(value),
    "number": lambda value: plain(value, 2),
}


def plain(value: float, decimals: int) -> str:
    """At most so many decimals, and none that are nought."""
    rounded = round(value, decimals)
    needed = next(n for n in range(decimals + 1) if round(rounded, n) == rounded)
    return number(rounded, needed)


def texts(rule: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Title and explanation of a rule's item, from its facts; of a rule that is gone its name alone."""
    if rule not in RULES:
        return rule, ""
    shown = {name: _fact(name, value) for name, value in facts.items()}
    title, why = RULES[rule].texts(shown)
    return title.text(tk._), why.text(tk._)


def _fact(name: str, value: Any) -> Any:
    """A list stays one: the message puts commas between its parts."""
    kind = FACT_KINDS.get(name)
    return SHOWN[kind](value) if kind and value is not None else value


def of(row: AgendaItem) -> tuple[str, str]:
    """Title and explanation of an item; by hand what was typed."""
    return texts(row.regra, row.fatos) if row.regra else (row.titulo, row.texto)


def of_wanted(wanted: Wanted) -> tuple[str, str]:
    return texts(wanted.rule, wanted.facts)


def rule_label(rule: str | None) -> str:
    if rule is None:
        return tk._(BY_HAND)
    return tk._(RULES[rule].label) if rule in RULES else rule


def formula(priority: Priority) -> str:
    """The priority as a sum in words."""
    message: Message = priority.formula
    return message.text(tk._, lambda value: plain(value, 2) if isinstance(value, int | float) else _day_or_text(value))


def _day_or_text(value: Any) -> str:
    return tk.h.msativo_date(value.isoformat()) if isinstance(value, date) else str(value)
