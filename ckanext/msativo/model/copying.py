"""COPY of computed columns into our tables, in the session's own transaction."""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import ckan.model as model


class Copy:
    """Rows of many results for one table; `send` writes what was added since. ``nested`` columns are JSONB."""

    def __init__(self, table: str, names: Iterable[str], nested: Collection[str] = ()) -> None:
        self.table, self.names, self.nested, self.buffer = table, tuple(names), nested, io.StringIO()

    def add(self, result: int, columns: Mapping[str, Sequence[Any]]) -> None:
        """Add the rows of one result: columns of equal length, None = NULL."""
        texts = [self._texts(name, columns[name]) for name in self.names]
        own = [str(result)] * len(texts[0])
        self.buffer.writelines("\t".join(row) + "\n" for row in zip(own, *texts, strict=True))

    def _texts(self, name: str, values: Sequence[Any]) -> list[str]:
        if name in self.nested:
            values = [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
        return list(map(_Texts().__getitem__, values))

    def send(self) -> None:
        if self.buffer.tell():
            self.buffer.seek(0)
            cursor = model.Session.connection().connection.cursor()
            cursor.copy_expert(f"COPY {self.table} (resultado_id, {', '.join(self.names)}) FROM STDIN", self.buffer)
            self.buffer = io.StringIO()


class _Texts(dict[Any, str]):
    """Value → its text in COPY's own format. Columns repeat their values, so each is written once: twice as fast."""

    def __missing__(self, value: Any) -> str:
        text = self[value] = _text(value)
        return text


def _text(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        for plain, escaped in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
            value = value.replace(plain, escaped)
        return value
    return repr(value).lower() if isinstance(value, bool) else repr(value)
