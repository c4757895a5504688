"""Computes an exported analysis anew, from its observations and methods alone, and compares every number."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ckanext.msativo.analysis.method import canonical_hash
from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.snapshots import layout
from ckanext.msativo.snapshots.challenge import IndicatorFacts, challenge_key, compute_challenge
from ckanext.msativo.snapshots.comparing import SHOWN, Bytes, Differences, TableFile, compare_json
from ckanext.msativo.snapshots.folder import indicator_facts
from ckanext.msativo.snapshots.indicator import Columns, IndicatorResult, compute_indicator, indicator_key
from ckanext.msativo.snapshots.keys import challenge_result_key
from ckanext.msativo.snapshots.problems import FolderError, Message, Translate
from ckanext.msativo.snapshots.reading import ChallengeEntry, Folder, IndicatorEntry, read
from ckanext.msativo.snapshots.units import Units

Progress = Callable[[int, int, str], None]
"""Told how many of how many results are compared, and which comes next."""

CHANGED = N_("{file} has changed: its SHA-256 is not the one in SHA256SUMS.")
MORE = N_("… and {n} more.")
EQUAL = N_(
    "{indicadores} indicators and {desafios} challenges computed anew: all {valores} values agree (numbers to 1e-9)."
)
UNEQUAL = N_("{indicadores} indicators and {desafios} challenges computed anew: {n} differences.")
IDENTICAL = N_("Identical byte for byte.")
PARTS = N_("Not identical byte for byte: {file} differs first, in line {line}.")
OTHER_SOFTWARE = N_("Not compared byte for byte: made with {made}, computed anew with {here}.")
OTHER_KEYS = N_("The software computes otherwise than the one that made the analysis; install {made} to compare.")


@dataclass(frozen=True)
class Report:
    """What a comparison found. ``identical`` None = not compared, since the software is of another version."""

    indicators: int
    challenges: int
    values: int
    differences: int
    shown: tuple[Message, ...]
    identical: bool | None
    bytes: Message
    notes: tuple[Message, ...] = ()

    @property
    def agrees(self) -> bool:
        return not self.differences

    def messages(self) -> list[Message]:
        """The report for people, a line each."""
        counts = {"indicadores": self.indicators, "desafios": self.challenges}
        lines = list(self.shown)
        if self.differences > SHOWN:
            lines.append(Message(MORE, {"n": self.differences - SHOWN}))
        if self.agrees:
            lines.append(Message(EQUAL, {**counts, "valores": self.values}))
        else:
            lines.append(Message(UNEQUAL, {**counts, "n": self.differences}))
        return [*lines, self.bytes, *self.notes]

    def lines(self, translate: Translate = str) -> list[str]:
        """`messages` in the reader's language."""
        return [message.text(translate) for message in self.messages()]


def _silent(_done: int, _of: int, _name: str) -> None:
    pass


def verify(path: Path, progress: Progress = _silent) -> Report:
    """Compute everything anew and compare. Raises FolderError for a folder that is broken, and OSError."""
    folder = read(path)
    run = _Run(folder, software())
    of = len(folder.indicators) + len(folder.challenges)
    for name in folder.changed:
        run.differences.add(CHANGED, file=name)
    with _tables(run, (layout.CRITICALITY, layout.YEARS), [entry.nome for entry in folder.indicators]) as tables:
        for done, entry in enumerate(folder.indicators):
            progress(done, of, entry.nome)
            run.indicator(entry, *tables)
    with _tables(run, (layout.FOCUS,), [entry.nome for entry in folder.challenges]) as (table,):
        for done, challenge in enumerate(folder.challenges, len(folder.indicators)):
            progress(done, of, challenge.nome)
            run.challenge(challenge, table)
    run.facts(layout.INDICATOR_FACTS, run.indicator_facts)
    run.facts(layout.CHALLENGE_FACTS, run.challenge_facts)
    run.identity()
    return run.report()


def software() -> dict[str, str]:
    """Versions of what decides the last digit, as they are here."""
    found = {}
    for name in layout.SOFTWARE:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "?"
    return found


@dataclass
class _Run:
    """One comparison: what was computed so far, and what differs."""

    folder: Folder
    here: Mapping[str, str]
    differences: Differences = field(default_factory=Differences)
    compared: list[Bytes] = field(default_factory=list)
    values: int = 0
    keys: dict[str, str] = field(default_factory=dict)
    """Key of each indicator's result, by name."""
    used: dict[str, IndicatorFacts] = field(default_factory=dict)
    """What challenges need, by name."""
    indicator_facts: dict[str, Any] = field(default_factory=dict)
    challenge_facts: dict[str, Any] = field(default_factory=dict)
    other_keys: bool = False

    @property
    def same_software(self) -> bool:
        return dict(self.folder.about["software"]) == dict(self.here)

    def indicator(self, entry: IndicatorEntry, rows: TableFile, years: TableFile) -> None:
        units = self.folder.units
        observations = self.folder.observations(entry)
        key = indicator_key(entry.id, entry.dados_hash, entry.metodo, units, entry.grupos)
        self.keys[entry.nome] = key
        self._key(entry.nome, "metodo_hash", entry.metodo.hash(), entry.metodo_hash)
        self._key(entry.nome, "chave", key, entry.chave)
        with _computing(entry.nome):
            result = compute_indicator(observations, entry.metodo, units, entry.grupos)
        rows.expect(entry.nome, result.rows)
        years.expect(entry.nome, result.years)
        self.indicator_facts[entry.nome] = indicator_facts(result.default_year, result.sufficient, result.left_out)
        self.used[entry.nome] = _facts_of(result, units)

    def challenge(self, entry: ChallengeEntry, rows: TableFile) -> None:
        names = {item.indicador: entry.indicadores[item.indicador] for item in entry.metodo.indicadores}
        with _computing(entry.nome):
            facts = {name: self.used[found] if found else None for name, found in names.items()}
            ends = {name: (pair[0], pair[1]) for name, pair in (entry.limites or {}).items()}
            result = compute_challenge(entry.metodo, facts, self.folder.units, ends)
            keys = [self.keys[found] if found else None for found in names.values()]
        key = challenge_key(entry.metodo, entry.limites, keys, self.folder.units)
        self._key(entry.nome, "chave", challenge_result_key(entry.id, entry.ciclo, key), entry.chave)
        rows.expect(entry.nome, result.rows)
        self.challenge_facts[entry.nome] = result.facts

    def facts(self, name: str, expected: Mapping[str, Any]) -> None:
        """Compare a file of facts."""
        found = self.folder.json(name)
        self.compared.append(compare_json(self.folder.path / name, expected, found, self.differences))

    def identity(self) -> None:
        """The hash that the portal shows is that of these inputs, if all of them are in the folder."""
        about = self.folder.about
        if about["completo"] and not self.other_keys:
            keys = [
                {entry.id: entry.chave for entry in entries}
                for entries in (self.folder.indicators, self.folder.challenges)
            ]
            found = canonical_hash([*keys, about["semente"], about["municipios_hash"]])
            self._key("snapshot", "hash", found, about["snapshot"]["hash"])

    def report(self) -> Report:
        parts = next((item for item in self.compared if item.first is not None), None)
        made = _versions(self.folder.about["software"])
        identical = parts is None if self.same_software else None
        if identical is None:
            said = Message(OTHER_SOFTWARE, {"made": made, "here": _versions(self.here)})
        elif parts is None:
            said = Message(IDENTICAL)
        else:
            said = Message(PARTS, {"file": parts.name, "line": parts.first})
        return Report(
            len(self.folder.indicators),
            len(self.folder.challenges),
            self.values,
            self.differences.count,
            tuple(self.differences.shown),
            identical,
            said,
            (Message(OTHER_KEYS, {"made": made}),) if self.other_keys else (),
        )

    def _key(self, name: str, column: str, expected: str, found: str) -> None:
        """Other software may compute otherwise, and then has other keys by design."""
        if expected == found:
            return
        if self.same_software:
            self.differences.value(layout.METHOD, name, column, expected, found)
        else:
            self.other_keys = True


@contextmanager
def _tables(run: _Run, tables: tuple[layout.Table, ...], names: list[str]) -> Iterator[list[TableFile]]:
    opened = [TableFile(run.folder.path, table, names, run.differences) for table in tables]
    try:
        yield opened
        for table in opened:
            table.end()
            run.values += table.values
            run.compared.append(table.bytes)
    finally:
        for table in opened:
            table.close()


@contextmanager
def _computing(name: str) -> Iterator[None]:
    """What the analysis refuses is a method that no portal can have stored."""
    try:
        yield
    except (ValueError, KeyError, IndexError, TypeError) as error:
        message = N_("{file}: “{name}” cannot be computed: {reason}")
        raise FolderError(message, file=layout.METHOD, name=name, reason=error) from error


def _facts_of(result: IndicatorResult, units: Units) -> IndicatorFacts:
    """The rows of the default year in the units' order, as challenges need them."""
    year, columns = result.default_year, result.rows
    if year is None:
        nothing: Columns = {name: [None] * len(units) for name in columns}
        return IndicatorFacts(None, False, {**nothing, "estado": ["sem_dado"] * len(units)})
    at = [i for i, row_year in enumerate(columns["ano"]) if row_year == year]
    return IndicatorFacts(year, result.sufficient, {name: [values[i] for i in at] for name, values in columns.items()})


def _versions(software: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(software.items()))
