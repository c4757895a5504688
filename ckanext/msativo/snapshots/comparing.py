"""Compares a file of an export with what was computed anew: value by value, and byte by byte."""

from __future__ import annotations

import csv
from collections.abc import Collection, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.snapshots.cells import cell, json_lines, parsed, says, shown, unequal
from ckanext.msativo.snapshots.layout import Table
from ckanext.msativo.snapshots.problems import FolderError, Message

SHOWN = 20
"""Differences that are told one by one; the others are counted."""
DIFFERS = N_("{file}: {key}: {column} is {found}, computed anew it is {expected}.")
MISSING = N_("{file}: {key} is missing.")
UNKNOWN = N_("{file}: {key}: there is no such entry in the analysis.")
FOREIGN = N_("{file}, line {line}: {key}: there is no such row in the analysis.")
TWICE = N_("{file}, line {line}: {key}: the row is there twice.")
WHOLE = "–"
_WIDTH = 80


class Differences:
    """What does not agree: the first `SHOWN`, and how many."""

    def __init__(self) -> None:
        self.shown: list[Message] = []
        self.count = 0

    def add(self, msgid: str, **params: Any) -> None:
        self.count += 1
        if len(self.shown) < SHOWN:
            self.shown.append(Message(msgid, params))

    def value(self, file: str, key: str, column: str, expected: str, found: str) -> None:
        """Note a value that differs."""
        self.add(DIFFERS, file=file, key=key, column=column, expected=_short(expected), found=_short(found))


def _short(text: str) -> str:
    text = text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
    return text or "–"


class Bytes:
    """A file read beside the text that it should be; ``first`` is the line where they part, None = so far nowhere."""

    def __init__(self, path: Path) -> None:
        self.name, self.first, self._line = path.name, None, 1
        self._file = path.open("rb")

    def expect(self, content: bytes) -> None:
        """The next bytes should be these."""
        if self.first is not None:
            return
        found = self._file.read(len(content))
        if found != content:
            same = next((i for i, pair in enumerate(zip(found, content, strict=False)) if pair[0] != pair[1]), None)
            content = content[: min(len(found), len(content)) if same is None else same]
            self.first = self._line + content.count(b"\n")
        self._line += content.count(b"\n")

    def end(self) -> None:
        """Nothing should follow."""
        if self.first is None and self._file.read(1):
            self.first = self._line
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class TableFile:
    """A table of results, read in the order of its indicators or challenges."""

    def __init__(self, folder: Path, table: Table, names: Collection[str], differences: Differences) -> None:
        self.table, self.differences = table, differences
        self.bytes = Bytes(folder / table.file)
        self.values = 0
        self._pending = set(names)
        self._rows = _rows(folder / table.file, table)
        self._next = next(self._rows, None)
        self.bytes.expect((",".join(table.header) + "\n").encode())

    def expect(self, name: str, columns: Mapping[str, Sequence[Any]]) -> None:
        """The next rows should be these of ``name``."""
        rows = self.table.rows(columns)
        texts = self.table.texts(rows)
        self.bytes.expect(self.table.content(name, texts))
        self.values += len(rows) * len(self.table.columns)
        found = self._take(name)
        for row, text in zip(rows, texts, strict=True):
            key = self.table.key_of(text)
            line = found.pop(key, None)
            if line is None:
                self._say(MISSING, name, key)
            elif line[1] != text:
                self._compare(", ".join((name, *key)), row, line[1])
        for key, (line, _cells) in found.items():
            self._say(FOREIGN, name, key, line=line)

    def end(self) -> None:
        """No row should follow."""
        self._pending.clear()
        self._skip()
        self.bytes.end()

    def close(self) -> None:
        """Let go of the file."""
        self._rows.close()
        self.bytes.close()

    def _compare(self, key: str, row: Sequence[Any], found: Sequence[str]) -> None:
        for column, expected, text in zip(self.table.columns, row, found, strict=True):
            if not says(text, expected):
                self._differs(key, column, expected, text)

    def _differs(self, key: str, column: str, expected: Any, text: str) -> None:
        """Note it; of a cell with JSON only the places inside that differ."""
        read = parsed(text) if isinstance(expected, Mapping | list) else None
        if read is None:
            self.differences.value(self.table.file, key, column, cell(expected), text)
            return
        for where, one, other in unequal(expected, read, column):
            self.differences.value(self.table.file, key, where, shown(one), shown(other))

    def _take(self, name: str) -> dict[tuple[str, ...], tuple[int, list[str]]]:
        """The rows of ``name`` that come next, by key."""
        self._skip()
        found: dict[tuple[str, ...], tuple[int, list[str]]] = {}
        while self._next and self._next[1] == name:
            line, _name, cells = self._next
            key = self.table.key_of(cells)
            if key in found:
                self._say(TWICE, name, key, line=line)
            found.setdefault(key, (line, cells))
            self._next = next(self._rows, None)
        self._pending.discard(name)
        return found

    def _skip(self) -> None:
        """Pass over rows of what was not analysed, or was before."""
        while self._next and self._next[1] not in self._pending:
            line, name, cells = self._next
            self._say(FOREIGN, name, self.table.key_of(cells), line=line)
            self._next = next(self._rows, None)

    def _say(self, msgid: str, name: str, key: tuple[str, ...], **more: Any) -> None:
        self.differences.add(msgid, file=self.table.file, key=", ".join((name, *key)), **more)


def _rows(path: Path, table: Table) -> Generator[tuple[int, str, list[str]]]:
    """(line, whose row it is, cells in the order of the table's columns); raises FolderError."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        try:
            header = next(reader, [])
            for column in table.header:
                if column not in header:
                    raise FolderError(N_("{file}: the column “{column}” is missing."), file=table.file, column=column)
            first, *places = (header.index(column) for column in table.header)
            for row in reader:
                if len(row) != len(header):
                    message = N_("{file}, line {line}: {found} cells where the header has {expected}.")
                    found = {"line": reader.line_num, "found": len(row), "expected": len(header)}
                    raise FolderError(message, file=table.file, **found)
                yield reader.line_num, row[first], [row[place] for place in places]
        except (csv.Error, UnicodeDecodeError) as error:
            raise FolderError(N_("{file} cannot be read: {reason}"), file=table.file, reason=error) from error


def compare_json(path: Path, expected: Mapping[str, Any], found: Any, differences: Differences) -> Bytes:
    """Compare a file of facts by name; returns the comparison of its bytes."""
    read = found if isinstance(found, Mapping) else {}
    for name in sorted({*expected, *read}):
        if name not in read:
            differences.add(MISSING, file=path.name, key=name)
        elif name not in expected:
            differences.add(UNKNOWN, file=path.name, key=name)
        else:
            for where, one, other in unequal(expected[name], read[name]):
                differences.value(path.name, name, where or WHOLE, shown(one), shown(other))
    content = Bytes(path)
    content.expect(json_lines(expected).encode())
    content.end()
    return content
