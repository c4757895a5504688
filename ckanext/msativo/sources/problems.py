"""Collects the problems of a table: all of them count, a bounded number is listed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ckanext.msativo.sources.base import Problem
from ckanext.msativo.sources.header import Header

_MAX_VALUE = 60


class ProblemList:
    """Problems at the rows of one table. Beyond `limit` they are counted per indicator."""

    def __init__(self, file: str, sheet: str | None, header: Header, limit: int) -> None:
        self._file = file
        self._sheet = sheet
        self._header = header
        self._limit = limit
        self._listed: list[Problem] = []
        self._unlisted: Counter[str | None] = Counter()

    def add(
        self,
        code: str,
        row: int,
        column: str | None,
        value: object,
        indicador: str | None,
        **params: Any,
    ) -> None:
        """Note a problem at a row; `column` is the field's own name, shown as the header has it."""
        if len(self._listed) >= self._limit:
            self._unlisted[indicador] += 1
            return
        label = self._header.label(column) if column in self._header.columns else column
        text = None if value is None else str(value)[:_MAX_VALUE]
        self._listed.append(Problem(self._file, code, row, label, text, indicador, self._sheet, params))

    def sorted(self) -> tuple[Problem, ...]:
        """Those of the rows in the order of rows and columns, then the counts of the unlisted."""
        place = {label: at for at, label in enumerate(self._header.cells)}
        self._listed.sort(key=lambda p: (p.row or 0, place.get(p.column or "", -1)))
        unlisted = (
            Problem(
                self._file,
                "more_problems",
                indicador=indicador,
                sheet=self._sheet,
                params={"count": count},
            )
            for indicador, count in self._unlisted.items()
        )
        return (*self._listed, *unlisted)
