"""Compares what is stored thrice: the table, the dataset's metadata that follow from it, and the newest result."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import indicators, observations
from ckanext.msativo.logic.action.load import describe_table
from ckanext.msativo.model import reading


def check(repair: bool) -> list[dict[str, Any]]:
    """Return each disagreement: ``{"indicador", "problema", "reparado"}``."""
    snapshot = reading.snapshot()
    hashes = {}
    if snapshot:
        found = reading.results_of(snapshot.id, reading.visible())
        hashes = {result.indicador: result.dados_hash for result, _name in found}
    findings = []
    for name in indicators.active_names():
        findings += _check_one(indicators.show(name), hashes, repair)
    return findings


def _check_one(dataset: dict[str, Any], hashes: dict[str, str], repair: bool) -> list[dict[str, Any]]:
    def finding(problem: str, repaired: bool = False) -> dict[str, Any]:
        return {"indicador": dataset["name"], "problema": problem, "reparado": repaired}

    resource = indicators.resource_of(dataset)
    if resource is None:
        return [finding(tk._("No data have been loaded yet."))]
    try:
        rows = observations.read(resource["id"])
    except observations.NotATable:
        return [finding(tk._("The resource has no table with the columns of observations."))]
    except ValueError as error:
        return [finding(tk._("The table has a key twice: {error}").format(error=error))]
    findings = []
    if dataset.get("dados_hash") != rows.content_hash():
        if repair:
            describe_table(dataset["id"], rows)
        findings.append(finding(tk._("The metadata are not those of the table."), repair))
    if hashes.get(dataset["id"]) != rows.content_hash():
        findings.append(finding(tk._("The newest analysis is of other data; run `ckan msativo analyse`.")))
    return findings
