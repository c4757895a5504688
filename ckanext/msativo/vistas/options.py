"""What a "Situação crítica" view is told in its form, checked when it is saved and again whenever it is shown.

A view may also come whole in an address (CKAN's preview), so nothing of it is taken as checked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo import vocabulary
from ckanext.msativo.analysis import IndicatorMethod
from ckanext.msativo.analysis.rules import RULES
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic.method import MethodProblem, method_of, rule_names
from ckanext.msativo.sources.catalogo_regra import EXPRESSION, RULE_FIELDS
from ckanext.msativo.vistas.columns import Columns
from ckanext.msativo.vistas.table import Unfit

COLUMNS: Mapping[str, tuple[str, str]] = {
    "coluna_codigo": (
        N_("Column of the municipality"),
        N_("IBGE code of 6 or 7 digits, or the municipality's name. Empty is what the table itself suggests."),
    ),
    "coluna_ano": (N_("Column of the year"), N_("A year as number, or a date that begins with it.")),
    "coluna_valor": (N_("Column of the value"), N_("Numbers; an empty cell is a value that is missing.")),
}
POLARITY, RULE, UNIT, DECIMALS = "polaridade", "regra", "unidade", "casas"
LABELS: Mapping[str, str] = {
    **{field: label for field, (label, _help) in COLUMNS.items()},
    POLARITY: N_("Which way is better"),
    RULE: N_("Rule"),
    UNIT: N_("Unit"),
    DECIMALS: N_("Decimals"),
}
DEFAULT_RULE, DEFAULT_POLARITY, DEFAULT_DECIMALS = "quantil", "maior_melhor", 1
MOST_DECIMALS = 6
MAX_TEXT = 200
# The combination of rules is for indicators, which have its target and limits in fields of their own.
PARAMETERS = tuple(field for field in RULE_FIELDS if field != EXPRESSION)
TEXTS = (*COLUMNS, POLARITY, RULE, UNIT, DECIMALS, *PARAMETERS)

Problems = Mapping[str, str]


@dataclass(frozen=True)
class Options:
    """``columns`` has "" where the table is to suggest one."""

    columns: Mapping[str, str]
    method: IndicatorMethod
    unit: str
    decimals: int
    polarity: str

    def chosen(self, guessed: Columns | None, names: Sequence[str]) -> Columns:
        """The columns to read: those told, else those guessed. Raises `Unfit`."""
        found = dict(zip(COLUMNS, (guessed.codigo, guessed.ano, guessed.valor), strict=True)) if guessed else {}
        told = {field: name or found.get(field, "") for field, name in self.columns.items()}
        missing = [name for name in told.values() if name and name not in names]
        if missing:
            raise Unfit(
                N_("This table has no column “{column}”. Its columns are: {columns}."),
                column=missing[0],
                columns=", ".join(names),
            )
        if not all(told.values()):
            raise Unfit(N_("The columns of municipality, year and value are not known: choose them in the form."))
        if len(set(told.values())) < len(told):
            raise Unfit(N_("Municipality, year and value must be three different columns."))
        return Columns(*(told[field] for field in COLUMNS))


def rules() -> list[str]:
    """Rules whose parameters can be told in the form."""
    return [name for name in rule_names() if not any(param.name == EXPRESSION for param in RULES.get(name).params)]


def read(view: Mapping[str, Any]) -> tuple[Options | None, Problems]:
    """The options of a view, or what is wrong with them: field → sentence."""
    told = {field: _text(view.get(field)) for field in TEXTS}
    rule, polarity = told[RULE] or DEFAULT_RULE, told[POLARITY] or DEFAULT_POLARITY
    problems: dict[str, str] = {}
    if polarity not in vocabulary.POLARITIES:
        problems[POLARITY] = tk._("“{value}” is not a choice.").format(value=polarity)
    if rule not in rules():
        problems[RULE] = tk._("“{value}” is not a choice.").format(value=rule)
    decimals = told[DECIMALS] or str(DEFAULT_DECIMALS)
    if not (decimals.isascii() and decimals.isdigit() and int(decimals) <= MOST_DECIMALS):
        problems[DECIMALS] = tk._("“{value}” is not a whole number from 0 to {most}.").format(
            value=decimals, most=MOST_DECIMALS
        )
    if problems:
        return None, problems
    settings = {field: told[field] for field in PARAMETERS}
    try:
        # Without a year of tolerance: each year shows what the table has of that very year.
        method = method_of({**settings, RULE: rule, POLARITY: polarity, "tolerancia": 0, "cobertura_minima": 0.5})
    except MethodProblem as error:
        params = {name: _translated(value) for name, value in error.params.items()}
        return None, {error.field: tk._(error.message).format(**params)}
    columns = {field: told[field] for field in COLUMNS}
    return Options(columns, method, told[UNIT], int(decimals), polarity), {}


def _text(value: Any) -> str:
    return str(value).replace("\x00", "").strip()[:MAX_TEXT] if isinstance(value, str | int | float) else ""


def _translated(value: Any) -> Any:
    return tk._(value) if isinstance(value, str) and value else value


def schema() -> dict[str, Any]:
    """Of CKAN's validation: every option is a text that may be missing; together they must make a method."""
    ignore_missing, unicode_safe = tk.get_validator("ignore_missing"), tk.get_validator("unicode_safe")
    fields: dict[str, list[Any]] = {field: [ignore_missing, unicode_safe] for field in TEXTS}
    return {**fields, "__junk": [tk.get_validator("empty")], "__after": [_checked]}


def _checked(key: Any, data: dict[Any, Any], errors: dict[Any, list[str]], context: Any) -> None:
    view = {field: data.get((field,)) for field in TEXTS}
    _options, problems = read({field: value for field, value in view.items() if isinstance(value, str)})
    for field, sentence in problems.items():
        errors.setdefault((field if field in TEXTS else RULE,), []).append(sentence)


@dataclass(frozen=True)
class Field:
    """A parameter's input in the form, with the rules that it is of."""

    name: str
    label: str
    rules: str


def parameters() -> list[Field]:
    """The parameters of the rules that can be chosen, once each."""
    made = []
    for field in PARAMETERS:
        of = [name for name in rules() if any(p.name == RULE_FIELDS[field] for p in RULES.get(name).params)]
        if of:
            param = next(p for p in RULES.get(of[0]).params if p.name == RULE_FIELDS[field])
            made.append(Field(field, tk._(param.label), ", ".join(tk._(RULES.get(name).label) for name in of)))
    return made


def rule_choices() -> list[dict[str, str]]:
    return [{"value": name, "text": tk._(RULES.get(name).label)} for name in rules()]


def polarity_choices() -> list[dict[str, str]]:
    return [{"value": name, "text": tk._(label)} for name, label in vocabulary.POLARITIES.items()]


def told_problems(problems: Problems) -> list[str]:
    """Each sentence after the name that its field has in the form."""
    labels = {**{field: tk._(label) for field, label in LABELS.items()}, **{f.name: f.label for f in parameters()}}
    return [f"{labels[field]}: {said}" if field in labels else said for field, said in problems.items()]
