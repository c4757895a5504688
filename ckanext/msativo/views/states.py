"""How the four states are shown: sign, word, class of colour. Named once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo import vocabulary
from ckanext.msativo.i18n_marker import N_

ORDER = ("critico", "atencao", "adequado", "sem_dado")
"""The worst first, without data last."""


@dataclass(frozen=True)
class StateLook:
    name: str
    sign: str
    css: str

    @property
    def label(self) -> str:
        return tk._(vocabulary.STATES[self.name])


LOOKS: Mapping[str, StateLook] = {
    "critico": StateLook("critico", "▲", "is-critico"),
    "atencao": StateLook("atencao", "●", "is-atencao"),
    "adequado": StateLook("adequado", "✓", "is-adequado"),
    "sem_dado": StateLook("sem_dado", "–", "is-sem-dado"),
}


Part = tuple[StateLook, int, float, float]
"""Look of a state, how many are in it, and where its part of a bar starts and how wide it is, in percent."""


# Confidence in a state that rests on few events → its words; a high one is not spoken of.
CONFIDENCES: Mapping[str, str] = {
    "baixa": N_("low confidence"),
    "media": N_("medium confidence"),
}


def confidence(row: Any) -> str:
    """Words for the confidence in a row's state, "" when there is nothing to warn of."""
    words = CONFIDENCES.get(row.confianca or "")
    return tk._(words) if words else ""


def parts(counts: Mapping[str, int]) -> list[Part]:
    """Divide a bar among the states, the worst first; a state without anyone has no part."""
    total = sum(counts.values())
    made: list[Part] = []
    start = 0.0
    for state in ORDER:
        count = counts.get(state, 0)
        width = 100 * count / total if total else 0.0
        if count:
            made.append((LOOKS[state], count, round(start, 2), round(width, 2)))
        start += width
    return made
