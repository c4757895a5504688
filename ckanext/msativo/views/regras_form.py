"""The form of the rule comparison: which rules, with which numbers; and a rule's numbers in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from babel.numbers import format_decimal
from ckan.lib.i18n import get_lang

from ckanext.msativo.analysis.params import SHARE, Param
from ckanext.msativo.analysis.rules import RULES
from ckanext.msativo.analysis.rules.expression_text import write_text
from ckanext.msativo.logic.numbers import percent
from ckanext.msativo.logic.reasons import NOT_APPLICABLE
from ckanext.msativo.views import asked, numbers

CHOSEN = "regra"
AGAIN = "{rule}-2"
"""Name of the declared rule with other numbers than the declared ones."""
Method = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """A number of a rule: ``name`` in the address, ``text`` as it was typed or as it stands; ``share``: in percent."""

    param: Param
    name: str
    text: str

    @property
    def label(self) -> str:
        return tk._(self.param.label)

    @property
    def share(self) -> bool:
        return self.param.measure == SHARE

    def value(self) -> float | None:
        """The number, None when it is empty; raises `ValidationError`."""
        if not self.text:
            return None
        try:
            value = float(_plain(self.text))
        except ValueError as error:
            message = tk._("{label}: “{value}” is not a number.").format(label=self.label, value=self.text[:40])
            raise tk.ValidationError({self.name: [message]}) from error
        return round(value / 100, 12) if self.share else value


@dataclass(frozen=True)
class Choice:
    """A rule that can be taken into the comparison."""

    name: str
    label: str
    fields: Sequence[Field]
    taken: bool
    declared: bool


def _plain(text: str) -> str:
    """A number as a program reads it: "1.234,5" → "1234.5", "25 %" → "25"."""
    bare = text.replace(" ", "").rstrip("%")
    return bare.replace(".", "").replace(",", ".") if "," in bare else bare


def _typed(value: float) -> str:
    """A number as people type it."""
    return format_decimal(value, format="0.######", locale=str(get_lang() or "pt_BR"))


def choices(method: Method, args: Any) -> list[Choice]:
    """Every rule, with the numbers typed, else the indicator's own, else the rule's usual ones."""
    names = args.getlist(CHOSEN)
    for name in names:
        asked.choice({CHOSEN: name}, CHOSEN, RULES.names(), "")
    return [_choice(name, method, args, names) for name in RULES.names()]


def _choice(name: str, method: Method, args: Any, names: Sequence[str]) -> Choice:
    declared = name == method["rule"]
    fields = [_field(name, param, method, args) for param in RULES.get(name).params if param.kind in (int, float)]
    complete = all(field.text for field in fields if field.param.required)
    taken = name in names if names else complete and not declared
    return Choice(name, tk._(RULES.get(name).label), fields, taken, declared)


def _field(rule: str, param: Param, method: Method, args: Any) -> Field:
    name = f"{rule}.{param.name}"
    if name in args:
        return Field(param, name, asked.search_text(args, name))
    value = method["params"].get(param.name)
    if value is None and not param.required:
        value = param.default
    if value is None:
        return Field(param, name, "")
    return Field(param, name, _typed(100 * value if param.measure == SHARE else value))


def chosen(method: Method, offered: Sequence[Choice]) -> dict[str, dict[str, Any]]:
    """Label → rule and numbers, the declared rule first; raises `ValidationError` for what is no number."""
    own = {name: value for name, value in method["params"].items() if value is not None}
    rules = {method["rule"]: {"rule": method["rule"], "params": own}}
    for choice in offered:
        if not choice.taken:
            continue
        params = {field.param.name: value for field in choice.fields if (value := field.value()) is not None}
        if not choice.declared:
            rules[choice.name] = {"rule": choice.name, "params": params}
        elif params != own:
            rules[AGAIN.format(rule=choice.name)] = {"rule": choice.name, "params": params}
    return rules


def said(rule: str, params: Mapping[str, Any]) -> str:
    """A rule's numbers in words: "Share of municipalities that is critical: 25 %"."""
    parts = [
        f"{tk._(param.label)}: {_shown(param, params[param.name])}"
        for param in RULES.get(rule).params
        if params.get(param.name) is not None
    ]
    return "; ".join(parts)


def _shown(param: Param, value: Any) -> str:
    if isinstance(value, Mapping):
        return write_text(value)
    # The number and its sign stay on one line.
    return percent(value).replace(" ", "\N{NO-BREAK SPACE}") if param.measure == SHARE else numbers.plain(value)


def not_applicable(rule: str, params: Mapping[str, Any]) -> str:
    """Why a rule cannot judge these values."""
    text = tk._(RULES.get(rule).not_applicable or NOT_APPLICABLE)
    try:
        return text.format(
            **{name: numbers.plain(value) for name, value in params.items() if not isinstance(value, Mapping)}
        )
    except (KeyError, IndexError):
        return tk._(NOT_APPLICABLE)
