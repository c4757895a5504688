"""Writes an exported snapshot: a folder from which everyone can compute every number again.

It holds what the results were made of, byte for byte, the results, and how to compute them. Nothing of the moment of
the export is in it: the same snapshot gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.snapshots import layout
from ckanext.msativo.snapshots.cells import csv_text, json_lines
from ckanext.msativo.snapshots.leiame import readme
from ckanext.msativo.snapshots.problems import FolderError

Columns = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class IndicatorPart:
    """One indicator to write. ``entry`` is its place in `metodo.json`, with ``nome``."""

    entry: Mapping[str, Any]
    observations: bytes
    facts: Mapping[str, Any]
    years: Columns
    rows: Columns


@dataclass(frozen=True)
class ChallengePart:
    """One challenge to write. ``entry`` is its place in `metodo.json`, with ``nome``."""

    entry: Mapping[str, Any]
    facts: Mapping[str, Any]
    rows: Columns


@dataclass(frozen=True)
class Written:
    """How much was written."""

    files: int
    bytes: int


def indicator_facts(default_year: int | None, sufficient: bool, left_out: Sequence[Any]) -> dict[str, Any]:
    """What an indicator's result says beside its tables."""
    return {"ano_padrao": default_year, "suficiente": sufficient, "avisos": list(left_out)}


def write(
    folder: Path,
    about: Mapping[str, Any],
    units: bytes,
    indicators: Iterable[IndicatorPart],
    challenges: Iterable[ChallengePart],
) -> Written:
    """Write the folder, or put it in the place of an earlier export; all of it or nothing.

    ``about`` are the facts of the whole snapshot in `metodo.json`; both sequences are in the order of their names and
    are taken one by one, so that only one indicator is in memory. Raises FolderError and OSError.
    """
    target = folder.resolve()
    check_target(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _beside(target) as holder:
        fresh = holder / "new"
        (fresh / layout.OBSERVATIONS).mkdir(parents=True)
        _fill(fresh, about, units, indicators, challenges)
        files = _sums(fresh)
        written = Written(len(files) + 1, sum((fresh / name).stat().st_size for name in (*files, layout.SUMS)))
        _replace(target, fresh, holder / "old")
    return written


def check_target(target: Path) -> None:
    """Refuse to write over anything but an empty folder or an earlier export; raises FolderError."""
    if not target.exists():
        return
    if not target.is_dir():
        raise FolderError(N_("{folder} is a file; name a folder."), folder=target)
    found = sorted(path.name for path in target.iterdir())
    known = {layout.OBSERVATIONS, layout.SUMS, *layout.files_of([])}
    foreign = [name for name in found if name not in known]
    if foreign or (found and not _is_export(target)):
        raise FolderError(
            N_("{folder} holds other files ({file}); name a new folder, or one with an earlier export."),
            folder=target,
            file=(foreign or found)[0],
        )


def _is_export(folder: Path) -> bool:
    try:
        return json.loads((folder / layout.METHOD).read_bytes())["formato"] == layout.FORMAT
    except (OSError, ValueError, KeyError, TypeError):
        return False


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder on the same disk that is gone afterwards."""
    holder = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        yield holder
    finally:
        shutil.rmtree(holder, ignore_errors=True)


def _replace(target: Path, fresh: Path, old: Path) -> None:
    before = target.exists()
    if before:
        target.rename(old)
    try:
        fresh.rename(target)
    except BaseException:
        if before:
            old.rename(target)
        raise


def _fill(
    folder: Path,
    about: Mapping[str, Any],
    units: bytes,
    indicators: Iterable[IndicatorPart],
    challenges: Iterable[ChallengePart],
) -> None:
    (folder / layout.UNITS).write_bytes(units)
    entries: dict[str, list[Mapping[str, Any]]] = {"indicadores": [], "desafios": []}
    facts: dict[str, dict[str, Any]] = {"indicadores": {}, "desafios": {}}
    with _table(folder, layout.YEARS) as years, _table(folder, layout.CRITICALITY) as rows:
        for part in indicators:
            name = _name(part.entry)
            (folder / layout.observations_file(name)).write_bytes(part.observations)
            years(name, part.years)
            rows(name, part.rows)
            entries["indicadores"].append(part.entry)
            facts["indicadores"][name] = part.facts
    with _table(folder, layout.FOCUS) as rows:
        for part in challenges:
            rows(_name(part.entry), part.rows)
            entries["desafios"].append(part.entry)
            facts["desafios"][part.entry["nome"]] = part.facts
    method = {"formato": layout.FORMAT, "versao": layout.VERSION, **about, **entries}
    _write(folder / layout.METHOD, json_lines(method))
    _write(folder / layout.INDICATOR_FACTS, json_lines(facts["indicadores"]))
    _write(folder / layout.CHALLENGE_FACTS, json_lines(facts["desafios"]))
    _write(folder / layout.README, readme(method))


def _name(entry: Mapping[str, Any]) -> str:
    """The name of an entry; it becomes a file's, so it is looked at."""
    name = str(entry["nome"])
    if not layout.NAME.fullmatch(name):
        raise FolderError(N_("“{name}” cannot be the name of a file."), name=name)
    return name


@contextmanager
def _table(folder: Path, table: layout.Table) -> Iterator[Callable[[str, Columns], None]]:
    with (folder / table.file).open("wb") as file:
        file.write(csv_text([table.header]).encode())
        yield lambda name, columns: _append(file, table, name, columns)


def _append(file: BinaryIO, table: layout.Table, name: str, columns: Columns) -> None:
    file.write(table.content(name, table.texts(table.rows(columns))))


def _sums(folder: Path) -> list[str]:
    """Write the list of sums, as `sha256sum --check` reads it; returns the files in it."""
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    lines = [f"{sha256(folder / name)}  {name}\n" for name in files]
    _write(folder / layout.SUMS, "".join(lines))
    return files


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())
