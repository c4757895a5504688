"""DATASUS TabNet: tables of health figures by municipality, as CSV or as the block of its PRN page.

A municipality without an event has no row: its figure is zero, as long as the table is whole
(its row Total is there). `-` is zero. Months are summed into years only where the table itself
shows that they add up, or counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from ckanext.msativo.sources.base import Municipality, ReadContext, Reading
from ckanext.msativo.sources.collector import Collector, Series
from ckanext.msativo.sources.files import SourceFile
from ckanext.msativo.sources.header import normalise
from ckanext.msativo.sources.naming import series_name
from ckanext.msativo.sources.numerals import MARK, PLAIN
from ckanext.msativo.sources.provenance import Provenance
from ckanext.msativo.sources.symbols import DATASUS, NumberNote
from ckanext.msativo.sources.tabnet_periods import Columns, classify, is_rate, is_whole_year, years_of
from ckanext.msativo.sources.tabnet_table import TabnetTable, find_header, first_code, parse, place_code

_MONTHS = 12
_CENTS = 0.01


@dataclass(frozen=True)
class Figure:
    """One figure of each row: its series, label, year, and the columns that it is made of."""

    name: str
    label: str
    ano: int
    columns: tuple[int, ...]
    category: str = ""


class Tabnet:
    """Reader of TabNet tables."""

    name = "tabnet"

    def recognise(self, source: SourceFile) -> float:
        """A header that begins with the municipality above rows that begin with 6 digits."""
        found = find_header(source)
        if found is None:
            return 0.0
        code = first_code(source, *found)
        return 0.9 if code and len(code) == 6 else 0.0

    def read(self, source: SourceFile, context: ReadContext) -> Reading:
        """Read all figures of the table; raises `Refused` if it is no such table or has no year."""
        found = find_header(source)
        if found is None:
            raise source.refusal("no_table", expected="Município;…")
        table = parse(source, *found)
        out = Collector(self.name, source, context, DATASUS, ",")
        columns = classify(table.header)
        _check_sums(out, table, columns)
        figures = list(_figures(out, table, columns))
        present = _read_rows(out, table, figures)
        _check_total(out, table, columns)
        if present:
            _fill(out, table, figures, present)
        return out.reading()


def _figures(out: Collector, table: TabnetTable, columns: Columns) -> Iterator[Figure]:
    content = table.content
    if columns.undated:
        out.note("ignored_columns", columns=", ".join(table.header[at] for at in columns.undated))
    if columns.years:
        name = series_name(content)
        yield from (Figure(name, table.header[at], ano, (at,)) for ano, at in columns.years.items())
    elif columns.year_months:
        yield from _summed(out, content, columns)
    elif columns.months:
        yield from _one_year_of_months(out, table, columns)
    else:
        yield from _categories(out, table, columns)


def _summed(out: Collector, content: str, columns: Columns) -> Iterator[Figure]:
    whole = {ano: months for ano, months in columns.year_months.items() if len(months) == _MONTHS}
    partial_years = sorted(set(columns.year_months) - set(whole))
    if partial_years:
        out.note("incomplete_years", years=", ".join(map(str, partial_years)))
    if whole:
        out.note("months_summed", years=", ".join(map(str, sorted(whole))))
    for ano, months in whole.items():
        yield Figure(series_name(content), str(ano), ano, tuple(months.values()))


def _one_year_of_months(out: Collector, table: TabnetTable, columns: Columns) -> Iterator[Figure]:
    ano = _the_year(out, table)
    name = series_name(table.content)
    if columns.total is not None:
        if len(columns.months) < _MONTHS:
            named = ", ".join(table.header[at] for at in columns.months.values())
            out.note("part_of_year", period=named)
        yield Figure(name, table.header[columns.total], ano, (columns.total,))
    elif len(columns.months) == _MONTHS:
        out.note("months_summed", years=str(ano))
        yield Figure(name, str(ano), ano, tuple(columns.months.values()))
    else:
        out.note("incomplete_years", years=str(ano))


def _categories(out: Collector, table: TabnetTable, columns: Columns) -> Iterator[Figure]:
    ano = _the_year(out, table)
    content = table.content
    if len(columns.others) == 1 and columns.total is None:
        label = table.header[columns.others[0]]
        yield Figure(series_name(content or label), label, ano, (columns.others[0],))
        return
    several = _are_contents(content, [table.header[at] for at in columns.others])
    for at in columns.others:
        label = table.header[at]
        parts = (content, label) if content and not several else (label,)
        yield Figure("__".join(map(normalise, parts)), label, ano, (at,), "" if several else label)
    if columns.total is not None:
        yield Figure(series_name(content or "total"), table.header[columns.total], ano, (columns.total,))


def _are_contents(content: str, labels: Sequence[str]) -> bool:
    """Whether the columns are several contents, whose names the title runs together, and no categories."""
    run = normalise(content).replace("_", "")
    return all(normalise(label).replace("_", "") in run for label in labels)


def _the_year(out: Collector, table: TabnetTable) -> int:
    """The year of a table without years in its columns: of its period, or as given."""
    years = years_of(table.period)
    if len(years) > 1:
        raise out.source.refusal("several_years", period=table.period)
    ano = years[0] if years else out.context.ano
    if ano is None:
        raise out.source.refusal("no_year")
    if years and not is_whole_year(table.period):
        out.note("part_of_year", period=table.period)
    return ano


def _check_sums(out: Collector, table: TabnetTable, columns: Columns) -> None:
    """Months may be summed if they add up to the column Total, or if counts are shown."""
    months = [at for by_month in columns.year_months.values() for at in by_month.values()]
    months += columns.months.values()
    needed = columns.year_months or (columns.months and columns.total is None)
    if not needed:
        return
    adds_up = columns.total is not None and all(
        _adds_up(out, cells, [*months, *columns.undated], columns.total) for _, cells in table.rows
    )
    if not adds_up and (columns.total is not None or is_rate(table.content)):
        raise out.source.refusal("not_additive")


def _adds_up(out: Collector, cells: Sequence[str], parts: Sequence[int], total: int) -> bool:
    if max(*parts, total) >= len(cells):
        return True  # a cut row is reported where it is read
    whole = out.numbers(cells[total])[0]
    return not math.isfinite(whole) or abs(_sum(out, cells, parts) - whole) <= _CENTS * len(parts)


def _sum(out: Collector, cells: Sequence[str], parts: Sequence[int]) -> float:
    values = (out.numbers(cells[at])[0] for at in parts)
    return math.fsum(value for value in values if value == value)


def _read_rows(out: Collector, table: TabnetTable, figures: Sequence[Figure]) -> set[str]:
    """Add the figures of every row of the state; the codes of those that have a row."""
    present: set[str] = set()
    label = table.header[0]
    for number, cells in table.rows:
        out.rows_read += 1
        code = place_code(cells[0])
        found = out.places.of_code(code) if code else out.places.of_name(cells[0])
        place = out.located(found, cells[0], number, label)
        if place is None:
            continue
        present.add(place.codigo_ibge)
        if len(cells) < len(table.header):
            out.problem("short_row", number, None, cells[0], cells=len(cells), columns=len(table.header))
            continue
        for figure in figures:
            _add(out, table, figure, place, cells, number)
    return present


def _add(
    out: Collector, table: TabnetTable, figure: Figure, place: Municipality, cells: Sequence[str], row: int
) -> None:
    series = _series(out, table, figure)
    if len(figure.columns) == 1:
        at = figure.columns[0]
        out.add(series, place, figure.ano, cells[at], row, table.header[at])
        return
    numbers = [out.numbers(cells[at]) for at in figure.columns]
    for at, number in zip(figure.columns, numbers, strict=True):
        if number[1] < 0:
            out.problem("not_a_number", row, table.header[at], cells[at], series.name)
            return
    series.add(place.codigo_ibge, figure.ano, _total(numbers), row)


def _total(numbers: Sequence[NumberNote]) -> NumberNote:
    """The sum of twelve months; a month that is missing makes the year missing for its reason."""
    missing = next((number for number in numbers if number[0] != number[0]), None)
    if missing:
        return missing
    value = math.fsum(number[0] for number in numbers)
    dashes = all(number[1] == MARK for number in numbers)
    return value, PLAIN, "traco_zero" if dashes else None


def _series(out: Collector, table: TabnetTable, figure: Figure) -> Series:
    return out.of(figure.name, partial(_provenance, table, figure))


def _provenance(table: TabnetTable, figure: Figure) -> Provenance:
    categories: Mapping[str, str] = {"coluna": figure.category} if figure.category else {}
    dated = figure.label.isdigit() or normalise(figure.label) == "total" or len(figure.columns) > 1
    own = "" if dated else figure.label
    content = (table.content if figure.category else "") or own or table.content
    return Provenance(
        variavel=content,
        tabela=table.titles[0] if table.titles else "",
        fonte=table.fonte,
        categorias=categories,
        notas=tuple(table.footers),
    )


def _check_total(out: Collector, table: TabnetTable, columns: Columns) -> None:
    """Note the first column whose rows do not add up to the row Total."""
    if table.total is None or is_rate(table.content):
        return
    _, totals = table.total
    for at in range(1, min(len(totals), len(table.header))):
        whole = out.numbers(totals[at])[0]
        found = math.fsum(v for _, cells in table.rows if at < len(cells) and (v := out.numbers(cells[at])[0]) == v)
        if math.isfinite(whole) and not is_rate(table.header[at]) and abs(found - whole) > _CENTS * len(table.rows):
            out.note("total_differs", column=table.header[at], found=f"{found:g}", total=f"{whole:g}")
            return


def _fill(out: Collector, table: TabnetTable, figures: Sequence[Figure], present: set[str]) -> None:
    """Zero for the municipalities that are left out, where that is what it means."""
    if table.total is None:
        out.note("no_total_row")
        return
    absent = [m for m in out.context.territory.municipios if m.codigo_ibge not in present]
    installed: Callable[[str, int], bool] = out.context.territory.is_installed
    filled = 0
    rates: set[str] = set()
    for figure in figures:
        shown = figure.label if figure.name == normalise(figure.label) else f"{table.content} {figure.label}"
        if is_rate(shown):
            rates.add(shown.strip())
            continue
        series = _series(out, table, figure)
        for place in absent:
            series.add(place.codigo_ibge, figure.ano, (0.0, PLAIN, "sem_ocorrencia"), 0)
            filled += installed(place.codigo_ibge, figure.ano)
    if filled:
        out.note("zero_filled", count=filled)
    for label in sorted(rates):
        out.note("rate_not_filled", label=label)
