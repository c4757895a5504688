"""What the columns of a TabNet table are: years, months of years, months of one year, or categories."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ckanext.msativo.sources.header import normalise

_YEAR = re.compile(r"(?P<year>[12][0-9]{3})\W*", re.ASCII)
_MONTHS = ("jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez")
_LONG_MONTHS = (
    *("janeiro", "fevereiro", "marco", "abril", "maio", "junho"),
    *("julho", "agosto", "setembro", "outubro", "novembro", "dezembro"),
)
_MONTH = {name: at for names in (_MONTHS, _LONG_MONTHS) for at, name in enumerate(names, start=1)}
_YEAR_MONTH = re.compile(
    r"(?P<year>[12][0-9]{3})[/_ -](?P<month>[^\W\d_]+)|(?P<month2>[^\W\d_]+)[/_ -](?P<year2>[12][0-9]{3})"
)
# Columns beside the periods that stand for figures without one.
_UNDATED = re.compile(
    r"ign.*|em_branco|nao_informad[oa].*|nao_classificad[oa].*|[0-9]{4}_e_anteriores|antes.*|anterior.*|outros_anos"
)
_ALL_YEARS = re.compile(r"(?<![0-9])[12][0-9]{3}(?![0-9])", re.ASCII)
_RATE = re.compile(
    r"tax|coef|media|medio|percent|propor|razao|cobertura|%|incidenc|prevalenc|indice|popula|/hab|per capita",
    re.IGNORECASE,
)


@dataclass
class Columns:
    """Positions (from 0) in the header: by year, by year and month, by month, of other categories."""

    years: dict[int, int] = field(default_factory=dict)
    year_months: dict[int, dict[int, int]] = field(default_factory=dict)
    months: dict[int, int] = field(default_factory=dict)
    others: list[int] = field(default_factory=list)
    undated: list[int] = field(default_factory=list)
    total: int | None = None


def classify(header: Sequence[str]) -> Columns:
    """The columns after the first; what is neither period nor Total is a category."""
    columns = Columns()
    for at, label in enumerate(header[1:], start=1):
        _place(columns, at, label.strip())
    if columns.years or columns.year_months or columns.months:
        columns.undated = [at for at in columns.others if _UNDATED.fullmatch(normalise(header[at]))]
        columns.others = [at for at in columns.others if at not in columns.undated]
    if columns.total is not None and len(header) == 2:
        columns.others, columns.total = [columns.total], None
    return columns


def _place(columns: Columns, at: int, label: str) -> None:
    dated = _YEAR_MONTH.fullmatch(label)
    month = _MONTH.get(normalise((dated["month"] or dated["month2"]) if dated else label))
    if year := _YEAR.fullmatch(label):
        columns.years[int(year["year"])] = at
    elif dated and month:
        columns.year_months.setdefault(int(dated["year"] or dated["year2"]), {})[month] = at
    elif month:
        columns.months[month] = at
    elif normalise(label) == "total":
        columns.total = at
    else:
        columns.others.append(at)


def years_of(period: str) -> tuple[int, ...]:
    """The first and last year that a period names ("2008-2018"); one, or none if it names none."""
    found = sorted({int(year) for year in _ALL_YEARS.findall(period)})
    return tuple(found[:1] + found[1:][-1:])


def is_whole_year(period: str) -> bool:
    """Whether a period of one year is all of it: "2018", "Jan-Dez/2018", "Jan/2018 a Dez/2018"."""
    named = [_MONTH[word] for word in normalise(period).split("_") if word in _MONTH]
    return not named or (min(named) == 1 and max(named) == 12)


def is_rate(label: str) -> bool:
    """Whether what is shown is no count of events (a rate, a mean, people): not to be summed nor filled with zero."""
    return _RATE.search(normalise(label).replace("_", " ") + label) is not None
