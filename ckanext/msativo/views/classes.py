"""How the classes of focus are shown: sign, word, class of colour. Named once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ckan.plugins.toolkit as tk

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic.focus_reasons import CLASSES

ORDER = ("focal", "prioritario", "monitorado", "sem_dado")
"""The gravest first."""


@dataclass(frozen=True)
class ClassLook:
    name: str
    sign: str
    css: str

    @property
    def label(self) -> str:
        return tk._(CLASSES[self.name])


LOOKS: Mapping[str, ClassLook] = {
    "focal": ClassLook("focal", "◆", "is-critico"),
    "prioritario": ClassLook("prioritario", "▲", "is-atencao"),
    "monitorado": ClassLook("monitorado", "○", "is-adequado"),
    "sem_dado": ClassLook("sem_dado", "–", "is-sem-dado"),
}
MEANINGS: Mapping[str, str] = {
    "focal": N_("Where the challenge is gravest: the first to be met."),
    "prioritario": N_("In need, and surely among the worst."),
    "monitorado": N_("Followed; not among the worst in this challenge."),
    "sem_dado": N_("Too few data for a score."),
}
"""What a class means, for the legend."""
COLOURS: Mapping[str, str] = {
    "verde": N_("Green"),
    "amarelo": N_("Yellow"),
    "laranja": N_("Orange"),
    "vermelho": N_("Red"),
}
