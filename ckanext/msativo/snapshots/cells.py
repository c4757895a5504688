"""One value as a cell of an exported table: its text, and whether a text still says the same."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ckanext.msativo.analysis.method import canonical_json

TOLERANCE = 1e-9
"""Largest difference of two equal numbers: absolute up to 1, relative beyond."""
_EXACT = 10**16
"""From here on Python writes a float with an exponent, and a database's JSON gives it back without one."""


def cell(value: Any) -> str:
    """The text of a value: shortest exact floats, ``true``/``false``, empty = missing, lists and mappings as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # Adding 0.0 turns -0.0, the same number, into 0.0.
        return repr(value + 0.0)
    return str(value) if isinstance(value, int) else json_text(value)


def json_text(value: Any) -> str:
    """Canonical JSON that is the same before a database's JSON and after it."""
    return canonical_json(_plain(value))


def json_lines(value: Any) -> str:
    """The same content as `json_text`, indented, for a file."""
    return json.dumps(_plain(value), sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return value + 0.0 if isinstance(value, float) or abs(value) >= _EXACT else value


def table(names: Sequence[str], columns: Mapping[str, Sequence[Any]], key: Sequence[str]) -> list[list[Any]]:
    """Columns as rows with the cells ``names``, in the order of ``key``."""
    order = sorted(range(len(columns[key[0]])), key=lambda i: tuple(columns[name][i] for name in key))
    return [[columns[name][i] for name in names] for i in order]


def csv_text(rows: Sequence[Sequence[str]], *first: str) -> str:
    """Rows of texts as CSV with LF; ``first`` are cells that stand before each."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([*first, *row] for row in rows)
    return buffer.getvalue()


def says(text: str, value: Any) -> bool:
    """Tell whether a cell says a value: numbers to `TOLERANCE`, all else exactly."""
    if text == cell(value):
        return True
    if isinstance(value, float):
        return _close(_number(text), value)
    if isinstance(value, Mapping | list | tuple):
        return next(unequal(value, parsed(text)), None) is None
    return False


def parsed(text: str) -> Any:
    """The value of a JSON text, None where it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def shown(value: Any) -> str:
    """A JSON value for people."""
    return value if isinstance(value, str) else repr(value) if value is _ABSENT else json_text(value)


def unequal(expected: Any, found: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two JSON values differ: (path, expected, found); numbers to `TOLERANCE`."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for name in sorted({*expected, *found}):
            inner = f"{path}.{name}" if path else str(name)
            yield from unequal(expected.get(name, _ABSENT), found.get(name, _ABSENT), inner)
    elif _listed(expected) and _listed(found) and len(expected) == len(found):
        for i, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from unequal(one, other, f"{path}[{i}]")
    elif not _same(expected, found):
        yield path, expected, found


def _same(one: Any, other: Any) -> bool:
    if _numeric(one) and _numeric(other):
        return _close(one, other)
    # True is not 1 here, and a list is not another one's beginning.
    return type(one) is type(other) and one == other


def _listed(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _numeric(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _close(one: float, other: float) -> bool:
    return one == other or math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


class _Absent:
    """A key that only the other mapping has."""

    def __repr__(self) -> str:
        return "–"


_ABSENT = _Absent()
