"""Gives the series of a reading the names of indicators; which is which is the caller's to say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ckanext.msativo.sources.base import Note, Problem, Reading

_NAMED = 20


def mapped(reading: Reading, mapping: Mapping[str, str]) -> Reading:
    """The reading with only the series of `mapping` (series to indicator), under their new names.

    A series that the file lacks is a problem of its indicator. Raises ValueError if two series are
    mapped to one indicator.
    """
    if len(set(mapping.values())) != len(mapping):
        raise ValueError("two series are mapped to one indicator")
    known = {*reading.series, *(problem.indicador for problem in reading.problems)}
    found = ", ".join(sorted(reading.series)[:_NAMED]) + (", …" if len(reading.series) > _NAMED else "")
    lacking = [
        Problem(reading.file_name, "series_missing", indicador=indicador, params={"series": name, "found": found})
        for name, indicador in mapping.items()
        if name not in known and not reading.refused_whole
    ]
    kept = [
        replace(problem, indicador=problem.indicador and mapping[problem.indicador])
        for problem in reading.problems
        if problem.indicador is None or problem.indicador in mapping
    ]
    unmapped = len(set(reading.series) - set(mapping))
    notes = (Note("unmapped_series", {"count": unmapped}),) if unmapped else ()
    return replace(
        reading,
        series={mapping[name]: rows for name, rows in reading.series.items() if name in mapping},
        problems=(*kept, *lacking),
        notes=(*reading.notes, *notes),
        provenance={mapping[name]: origin for name, origin in reading.provenance.items() if name in mapping},
    )
