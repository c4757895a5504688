"""What a load says of itself: of the file, its series, what would change or has changed, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.sources import Problem, Reading
from ckanext.msativo.sources.changes import YearChange


def told(whole: Reading, reading: Reading, named: Mapping[str, str], loads: list[dict[str, Any]]) -> dict[str, Any]:
    """The report of `msativo_indicador_load`: of the file as it is (``whole``), and as it was asked for."""
    return {
        "arquivo": reading.file_name,
        "arquivo_hash": reading.file_hash,
        "linhas": reading.rows_read,
        "indicadores": loads,
        "series": _series(whole, named),
        "problemas": [_problem(problem) for problem in reading.problems],
        "avisos": [note.text(tk._) for note in reading.notes],
    }


def _series(whole: Reading, named: Mapping[str, str]) -> list[dict[str, Any]]:
    """The series of the file in its source's own words, and which indicator each is said to be."""
    return [
        {
            "serie": name,
            "titulo": about.variavel if (about := whole.provenance.get(name)) else "",
            "unidade": about.unidade if about else "",
            "observacoes": len(rows),
            "indicador": named.get(name) if named else name,
        }
        for name, rows in sorted(whole.series.items())
    ]


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "arquivo": problem.file,
        "planilha": problem.sheet,
        "linha": problem.row,
        "coluna": problem.column,
        "valor": problem.value,
        "indicador": problem.indicador,
        "codigo": problem.code,
        "motivo": problem.text(tk._),
        "lugar": problem.where(tk._),
    }


def changed(years: Iterable[YearChange]) -> list[dict[str, int]]:
    """Per year, how many values are new, other than before, gone, or changed in their parts or note alone."""
    return [
        {
            "ano": year.ano,
            "novos": year.added,
            "alterados": year.changed,
            "retirados": year.removed,
            "detalhes": year.details,
        }
        for year in years
    ]
