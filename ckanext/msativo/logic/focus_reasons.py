"""The sentences that say why a municipality has its class in a challenge, made of the stored facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic.numbers import number, percent

CLASSES: Mapping[str, str] = {
    "focal": N_("Focal"),
    "prioritario": N_("Priority"),
    "monitorado": N_("Monitored"),
    "sem_dado": N_("No data"),
}
REASONS: Mapping[str, str] = {
    "anchor_critical": N_("Critical in what the challenge is anchored in: {ancoras}."),
    "need_quartile": N_("Its need of {necessidade} is in the worst quarter of the municipalities."),
    "probable": N_("It is among the {k} worst in {probabilidade} of the variations of the method."),
    "need_decile": N_("Its need of {necessidade} is in the worst tenth of the municipalities."),
    "anchor_weight": N_("The anchor indicators in which it is critical have {parte} of the anchors' weight."),
    "anchor_trend": N_("It has been getting worse beyond doubt in: {ancoras}."),
    "excess_events": N_("It is one of the places that together hold {parte} of the excess cases of: {ancoras}."),
    "sem_dado": N_("There are not enough data for a score: the indicators with a value have {peso} of the weight."),
    "improbable": N_("In need, but among the {k} worst in only {probabilidade} of the variations of the method."),
    "no_need": N_("No anchor is critical, and its need of {necessidade} is not in the worst quarter."),
}
DECIDED = N_("The programme coordination decided on {data}: {motivo}")


def sentences(rows: Iterable[Any], titles: Mapping[str, str]) -> Iterator[list[str]]:
    """The reasons of each stored row (columns of `Foco`, with ``fatos`` of its challenge); ``titles`` of indicators."""
    # The same few texts for all rows: gettext is slow when it is asked for each.
    texts = {code: tk._(text) for code, text in REASONS.items()}
    for row in rows:
        yield [_sentence(texts[reason["codigo"]], reason, row, titles) for reason in row.motivos]


def _sentence(text: str, reason: Mapping[str, Any], row: Any, titles: Mapping[str, str]) -> str:
    facts: Mapping[str, Any] = reason["fatos"]
    anchors: Sequence[str] = facts.get("anchors", ())
    return text.format(
        ancoras=", ".join(titles.get(name, name) for name in anchors),
        necessidade=number(row.necessidade, 1),
        probabilidade=percent(row.prob_pior_k),
        k=row.fatos["k"],
        parte=percent(facts.get("share")),
        peso=percent(row.peso_disponivel),
    )
