"""Rows within a call: a list of objects, each field read by its own reader, every problem told at its row and field.

The problems are texts, as CKAN's API wants them: "Delivery 2, prazo: …".
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic.schema import clean

Reader = Callable[[Any], Any]
MAX_NUMBER = 1e12


def rows(given: Any, readers: Mapping[str, Reader], label: str, most: int) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows and what is wrong with them; ``given`` a list or its JSON text, ``label`` what a row is called.

    A row that is blank throughout is none.
    """
    if isinstance(given, str) and given.strip():
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            return [], [tk._("This is not JSON.")]
    if not given:
        return [], []
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        return [], [tk._("Give a list of objects with: {fields}.").format(fields=", ".join(readers))]
    filled = [row for row in given if any(value not in (None, "") for value in row.values())]
    if len(filled) > most:
        return [], [tk._("At most {n} rows can be given.").format(n=most)]
    found, problems = [], []
    for number, row in enumerate(filled, 1):
        values, wrong = _row(row, readers)
        found.append(values)
        problems += [f"{label} {number}, {name}: {problem}" for name, problem in wrong]
    return found, problems


def _row(row: Mapping[str, Any], readers: Mapping[str, Reader]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    values: dict[str, Any] = {}
    problems = [(str(name)[:60], tk._("There is no such field.")) for name in row if name not in readers]
    for name, read in readers.items():
        try:
            values[name] = read(row.get(name))
        except tk.Invalid as error:
            problems.append((name, error.error))
    return values, problems


# -- readers -----------------------------------------------------------------------------------------------------------
def text(most: int, *, needed: bool = False) -> Reader:
    def read(value: Any) -> str:
        found = "" if value is None else clean(str(value)).strip()
        if needed and not found:
            raise tk.Invalid(tk._("Missing value"))
        if len(found) > most:
            raise tk.Invalid(tk._("At most {n} characters.").format(n=most))
        return found

    return read


def number(default: float | None = None) -> Reader:
    """A number above 0, decimal comma too; nothing is the default."""

    def read(value: Any) -> float | None:
        if value is None or value == "":
            return default
        try:
            found = float(str(value).strip().replace(",", ".")) if not isinstance(value, bool) else math.nan
        except ValueError:
            found = math.nan
        if not 0 < found < MAX_NUMBER:
            raise tk.Invalid(tk._("“{value}” is not a number above 0.").format(value=str(value)[:40]))
        return found

    return read


def whole(least: int, most: int, default: int | None = None) -> Reader:
    def read(value: Any) -> int | None:
        if value is None or value == "":
            if default is None:
                raise tk.Invalid(tk._("Missing value"))
            return default
        plain = str(value).strip()
        found = int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 10 else None
        if found is None or isinstance(value, bool) or not least <= found <= most:
            message = tk._("“{value}” is not a whole number from {least} to {most}.")
            raise tk.Invalid(message.format(value=plain[:40], least=least, most=most))
        return found

    return read


def day(*, needed: bool = True) -> Reader:
    def read(value: Any) -> date | None:
        if value is None or value == "":
            if needed:
                raise tk.Invalid(tk._("Missing value"))
            return None
        try:
            return value if type(value) is date else date.fromisoformat(str(value).strip()[:10])
        except ValueError as error:
            raise tk.Invalid(tk._("“{value}” is not a date: YYYY-MM-DD.").format(value=str(value)[:40])) from error

    return read


def names(given: Any, most: int) -> Sequence[str]:
    """A list of names, or its text separated by commas or as JSON; raises `Invalid`."""
    if isinstance(given, str):
        try:
            given = json.loads(given) if given.lstrip()[:1] == "[" else given.split(",")
        except (ValueError, RecursionError) as error:
            raise tk.Invalid(tk._("This is not JSON.")) from error
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        raise tk.Invalid(tk._("Give a list of names."))
    found = list(dict.fromkeys(clean(name).strip() for name in given if name.strip()))
    if len(found) > most:
        raise tk.Invalid(tk._("At most {n} rows can be given.").format(n=most))
    return found
