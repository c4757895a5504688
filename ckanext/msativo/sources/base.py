"""What every reader of open data shares: context, result, problems, and the registry of readers.

A reader turns one file into observations and says where they came from. It never guesses: what it
cannot read with certainty becomes a `Problem` with its place in the file and what to do about it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.sources.messages import MESSAGES
from ckanext.msativo.sources.observations import Observations
from ckanext.msativo.sources.provenance import Provenance

if TYPE_CHECKING:
    from ckanext.msativo.sources.files import SourceFile

Translate = Callable[[str], str]
DecimalMark = Literal[",", "."]


class Municipality(Protocol):
    """What readers need to know of a municipality."""

    @property
    def codigo_ibge(self) -> str: ...

    @property
    def nome(self) -> str: ...


class Territory(Protocol):
    """The municipalities of the configured state, as far as readers need them."""

    @property
    def municipios(self) -> Iterable[Municipality]:
        """All of them: a reader that fills in what a source leaves out, or compares names, needs the list."""
        ...

    def resolve(self, code: str, /) -> Municipality:
        """Find a municipality by its 6- or 7-digit code; unknown ones raise a `LookupError`."""
        ...

    def is_installed(self, code: str, ano: int, /) -> bool:
        """Whether the municipality (7-digit code) existed in that year."""
        ...


@dataclass(frozen=True)
class ReadContext:
    """All a reader may depend on besides the file itself.

    `decimal` settles the decimal mark of text cells; None lets the file itself decide.
    `known_notes` restricts the column `nota`; None allows any. `ano` is the year of a file that
    does not say it; a file that says its year is not overruled.
    """

    territory: Territory
    today_year: int
    min_year: int = 1900
    decimal: DecimalMark | None = None
    known_notes: Collection[str] | None = None
    max_unpacked_bytes: int = 300 * 1024 * 1024
    max_problems: int = 10_000
    ano: int | None = None


@dataclass(frozen=True)
class Note:
    """Something the person should know although nothing is refused."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", self.message or MESSAGES[self.code])

    def text(self, translate: Translate = str) -> str:
        """The sentence, translated by `translate` (gettext or the like)."""
        return translate(self.message).format(**self.params)

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True)
class Problem:
    """Something that cannot be read, and where: it refuses its `indicador`, or the file if None.

    `row` counts from 1 as a spreadsheet shows it: the header, blank rows and each quoted
    multi-line record count once. `column` is the header's own text.
    """

    file: str
    code: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    indicador: str | None = None
    sheet: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", self.message or MESSAGES[self.code])

    def text(self, translate: Translate = str) -> str:
        """What is wrong and what to do, translated by `translate`."""
        fields = {"value": self.value, "row": self.row, "column": self.column, **self.params}
        return translate(self.message).format(**fields)

    def where(self, translate: Translate = str) -> str:
        """The place: file, sheet, row, column, as far as they are known."""
        places = (
            ("{file}", self.file),
            (N_("sheet {sheet}"), self.sheet),
            (N_("row {row}"), self.row),
            (N_("column {column}"), self.column),
        )
        known = [translate(place) for place, value in places if value is not None]
        return ", ".join(known).format(file=self.file, sheet=self.sheet, row=self.row, column=self.column)

    def __str__(self) -> str:
        return f"{self.where()}: {self.text()}"


class Refused(Exception):
    """The file as a whole cannot be read; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True)
class Unit:
    """A municipality as a list of the territory describes it; regions by level, as (code, name)."""

    codigo_ibge: str
    nome: str
    uf: str
    regioes: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What a reader found in a file, with the file's identity (`file_hash` = sha256 of its bytes).

    `series` holds the good rows of each indicator, those with problems too: load `accepted`.
    `provenance` describes series in the source's own words, by the same names. A file of territory
    has no series: `units` holds its municipalities, `boundaries` GeoJSON geometries by 7-digit code.
    """

    reader: str
    file_name: str
    file_hash: str
    series: Mapping[str, Observations] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()
    rows_read: int = 0
    provenance: Mapping[str, Provenance] = field(default_factory=dict)
    units: tuple[Unit, ...] = ()
    boundaries: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def refused_whole(self) -> bool:
        """Whether some problem concerns the file and not one indicator."""
        return any(problem.indicador is None for problem in self.problems)

    @property
    def accepted(self) -> dict[str, Observations]:
        """The indicators without any problem; none if the whole file is refused."""
        if self.refused_whole:
            return {}
        refused = {problem.indicador for problem in self.problems}
        return {name: rows for name, rows in self.series.items() if name not in refused}


class Reader(Protocol):
    """One open-data format."""

    name: str

    def recognise(self, source: SourceFile, /) -> float:
        """How surely (0 to 1) this is the reader's format; never raises on a file's content."""
        ...

    def read(self, source: SourceFile, context: ReadContext, /) -> Reading:
        """Read the file; raises `Refused` if it cannot be read as a whole."""
        ...


_readers: dict[str, Reader] = {}


def register(reader: Reader) -> Reader:
    """Add a reader under its name, which must be new."""
    if reader.name in _readers:
        raise ValueError(f"a reader named {reader.name!r} is registered already")
    _readers[reader.name] = reader
    return reader


def readers() -> dict[str, Reader]:
    """All registered readers by name, in the order in which they were registered."""
    return dict(_readers)


def recognise(source: SourceFile) -> Reader | None:
    """The reader that is surest of this file, or None if none knows it."""
    scores = [(reader.recognise(source), reader) for reader in _readers.values()]
    best, reader = max(scores, key=lambda scored: scored[0], default=(0.0, None))
    return reader if best > 0 else None
