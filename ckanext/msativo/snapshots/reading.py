"""Reads an exported snapshot, and says in one line which file cannot be used and why."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckanext.msativo.analysis import IndicatorMethod
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.snapshots import layout
from ckanext.msativo.snapshots.challenge import ChallengeMethod
from ckanext.msativo.snapshots.folder import sha256
from ckanext.msativo.snapshots.problems import FolderError
from ckanext.msativo.snapshots.units import Units
from ckanext.msativo.sources import Observations

_SUM = re.compile(r"([0-9a-f]{64}) [ *](.+)")


@dataclass(frozen=True)
class IndicatorEntry:
    """One indicator of `metodo.json`."""

    nome: str
    id: str
    dados_hash: str
    metodo_hash: str
    metodo: IndicatorMethod
    grupos: Sequence[Any] | None
    chave: str

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> IndicatorEntry:
        fields = {name: entry[name] for name in ("nome", "id", "dados_hash", "metodo_hash", "grupos", "chave")}
        return cls(**fields, metodo=IndicatorMethod.from_dict(entry["metodo"]))


@dataclass(frozen=True)
class ChallengeEntry:
    """One challenge of `metodo.json`. ``indicadores``: name in the method → name in the folder, None = no result."""

    nome: str
    id: str
    ciclo: str
    metodo: ChallengeMethod
    limites: Mapping[str, Any] | None
    indicadores: Mapping[str, str | None]
    chave: str

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> ChallengeEntry:
        fields = {name: entry[name] for name in ("nome", "id", "ciclo", "limites", "indicadores", "chave")}
        made = cls(**fields, metodo=ChallengeMethod.from_dict(entry["metodo"]))
        for item in made.metodo.indicadores:
            made.indicadores[item.indicador]
        return made


@dataclass(frozen=True)
class Folder:
    """An export whose inputs are whole; ``changed`` are files of results that are not what `SHA256SUMS` says."""

    path: Path
    about: Mapping[str, Any]
    units: Units
    indicators: Sequence[IndicatorEntry]
    challenges: Sequence[ChallengeEntry]
    sums: Mapping[str, str]
    changed: Sequence[str]

    def observations(self, entry: IndicatorEntry) -> Observations:
        """The observations of an indicator; raises FolderError when they are not those that were analysed."""
        name = layout.observations_file(entry.nome)
        content = (self.path / name).read_bytes()
        _check_sum(name, hashlib.sha256(content).hexdigest(), self.sums[name])
        if hashlib.sha256(content).hexdigest() != entry.dados_hash:
            raise FolderError(
                N_("{file} has changed: it is not the data that metodo.json says were analysed (dados_hash)."),
                file=name,
            )
        with as_exported(name):
            return Observations.from_csv(content.decode())

    def json(self, name: str) -> Any:
        """The content of a JSON file."""
        return _json(self.path, name)


def read(path: Path) -> Folder:
    """Read a folder that `write` wrote; raises FolderError and OSError."""
    if not path.is_dir():
        raise FolderError(N_("{folder} is not a folder."), folder=path)
    sums = _sums(path)
    about = _inputs(path, layout.METHOD, sums)
    if not isinstance(about, dict) or about.get("formato") != layout.FORMAT:
        raise FolderError(N_("{file} is not of an exported analysis."), file=layout.METHOD)
    if about.get("versao") != layout.VERSION:
        message = N_("{file}: this software reads version {known} of the format, not {found}.")
        raise FolderError(message, file=layout.METHOD, known=layout.VERSION, found=about.get("versao"))
    with as_exported(layout.METHOD):
        _ = about["snapshot"]["hash"], about["semente"], about["software"].items(), about["completo"]
        indicators = [IndicatorEntry.of(entry) for entry in about["indicadores"]]
        challenges = [ChallengeEntry.of(entry) for entry in about["desafios"]]
        names = [entry.nome for entry in indicators]
        for name in names:
            if not layout.NAME.fullmatch(name):
                raise ValueError(name)
    expected = layout.files_of(names)
    _check_files(path, sums, expected)
    units = _units(path, sums, about)
    changed = [name for name in (*layout.RESULTS, layout.README) if sha256(path / name) != sums[name]]
    return Folder(path, about, units, indicators, challenges, sums, changed)


@contextmanager
def as_exported(name: str) -> Iterator[None]:
    """Say which file it is whose content is not what the export writes."""
    try:
        yield
    except FolderError:
        raise
    except KeyError as error:
        raise FolderError(N_("{file}: “{key}” is missing."), file=name, key=error.args[0]) from error
    except (ValueError, TypeError, AttributeError, IndexError) as error:
        raise FolderError(N_("{file} cannot be read: {reason}"), file=name, reason=error) from error


def _sums(path: Path) -> dict[str, str]:
    if not (path / layout.SUMS).is_file():
        raise FolderError(N_("{file} is missing from {folder}."), file=layout.SUMS, folder=path)
    found = {}
    with as_exported(layout.SUMS):
        lines = (path / layout.SUMS).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        match = _SUM.fullmatch(line)
        if not match:
            raise FolderError(N_("{file}, line {line}: not a sum and a file."), file=layout.SUMS, line=number)
        found[match[2]] = match[1]
    return found


def _check_files(path: Path, sums: Mapping[str, str], expected: Sequence[str]) -> None:
    for name in expected:
        if not (path / name).is_file():
            raise FolderError(N_("{file} is missing from {folder}."), file=name, folder=path)
        if name not in sums:
            raise FolderError(N_("{file} does not name {other}."), file=layout.SUMS, other=name)
    for name in sums:
        if name not in expected:
            raise FolderError(
                N_("{file} names {other}, which is no file of this export."), file=layout.SUMS, other=name
            )


def _check_sum(name: str, found: str, expected: str | None) -> None:
    if found != expected:
        raise FolderError(N_("{file} has changed: its SHA-256 is not the one in SHA256SUMS."), file=name)


def _inputs(path: Path, name: str, sums: Mapping[str, str]) -> Any:
    """A JSON file that results were made of: it must be unchanged."""
    if not (path / name).is_file():
        raise FolderError(N_("{file} is missing from {folder}."), file=name, folder=path)
    content = _json(path, name)
    _check_sum(name, sha256(path / name), sums.get(name))
    return content


def _json(path: Path, name: str) -> Any:
    try:
        return json.loads((path / name).read_bytes())
    except ValueError as error:
        raise FolderError(N_("{file} is not valid JSON: {reason}"), file=name, reason=error) from error


def _units(path: Path, sums: Mapping[str, str], about: Mapping[str, Any]) -> Units:
    stored = _inputs(path, layout.UNITS, sums)
    if sha256(path / layout.UNITS) != about.get("municipios_hash"):
        raise FolderError(
            N_("{file} has changed: it is not the data that metodo.json says were analysed (municipios_hash)."),
            file=layout.UNITS,
        )
    with as_exported(layout.UNITS):
        return Units.from_dict(stored)
