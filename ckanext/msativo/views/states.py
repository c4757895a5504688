"""How the four states are shown: sign, word, class of colour. Named once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ckan.plugins.toolkit as tk

from ckanext.msativo import vocabulary

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
