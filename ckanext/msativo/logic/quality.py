"""The quality report of an indicator's figures, in words: of a file before it is loaded, and of what is there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic.numbers import number
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.sources import Observations
from ckanext.msativo.sources.quality import Expectations, Finding, QualityReport, quality_report

JUDGED = ("unit_jump_of_all", "sum_differs", "value_differs")
"""Errors that a person may have looked at and found right: these alone can be accepted. The others cannot be."""
SHOWN = 3
"""Errors that the sentence of a refusal names; the report has all."""


def of(dataset: Mapping[str, Any], rows: Observations) -> QualityReport:
    """Judge figures by what the dataset says that they may be."""
    expected = Expectations.of_indicator(
        dataset.get("tipo") or "",
        dataset.get("unidade") or "",
        float(dataset["fator"]) if dataset.get("fator") else None,
        coverage=float(dataset.get("cobertura_minima") or 0.8),
    )
    return quality_report(rows, territory(), expected)


def told(report: QualityReport) -> dict[str, Any]:
    """For people and programs: ``{"cobertura": [...], "erros", "avisos", "achados": [{"codigo", "gravidade", "texto",
    "codigo_ibge", "municipio", "ano", "linha"}], "nao_listados"}``, errors first."""
    plain = report.as_dict()
    return {
        "cobertura": plain["cobertura"],
        "erros": len(report.errors),
        "avisos": len(report.warnings) + report.unlisted,
        "achados": [_finding(finding) for finding in report.findings],
        "nao_listados": report.unlisted,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    place = territory().by_code.get(finding.codigo_ibge or "")
    return {
        "codigo": finding.code,
        "gravidade": "erro" if finding.severity == "error" else "aviso",
        "texto": sentence(finding),
        "codigo_ibge": finding.codigo_ibge,
        "municipio": place.nome if place else None,
        "ano": finding.ano,
        "linha": finding.row,
    }


def sentence(finding: Finding) -> str:
    """The finding with its numbers as people write them, and its place in front."""
    params = {key: _said(key, value) for key, value in finding.params.items()}
    text = tk._(finding.msgid).format(**params)
    place = territory().by_code.get(finding.codigo_ibge or "")
    where = ", ".join(str(part) for part in (place.nome if place else None, finding.ano) if part)
    return f"{where}: {text}" if place else text


def _said(key: str, value: Any) -> Any:
    if key in ("ano", "ano_antes") or not isinstance(value, float):
        return value
    return number(value, 0 if value == int(value) else 2 if abs(value) >= 1 else 4)


def refusal(report: QualityReport, accepted: Collection[str]) -> str | None:
    """Why the figures are not loaded; None when no error is left that nobody has accepted."""
    errors = [finding for finding in report.errors if finding.code not in JUDGED or finding.code not in accepted]
    if not errors:
        return None
    said = " ".join(sentence(finding) for finding in errors[:SHOWN])
    more = len(errors) - SHOWN
    if more > 0:
        said += " " + tk.ungettext("And {n} error more.", "And {n} errors more.", more).format(n=more)
    judged = sorted({finding.code for finding in errors if finding.code in JUDGED})
    if judged:
        said += " " + tk._("If the figures are right as they are, accept: {codes}.").format(codes=", ".join(judged))
    return said
