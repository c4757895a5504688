"""How the light of a delivery is shown: sign, word, class of colour. Named once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ckan.plugins.toolkit as tk

from ckanext.msativo.i18n_marker import N_


@dataclass(frozen=True)
class LightLook:
    name: str
    sign: str
    css: str
    text: str

    @property
    def label(self) -> str:
        return tk._(self.text)


LOOKS: Mapping[str, LightLook] = {
    look.name: look
    for look in (
        LightLook("vermelho", "▲", "is-critico", N_("overdue or far behind")),
        LightLook("amarelo", "●", "is-atencao", N_("needs attention")),
        LightLook("azul", "◷", "is-estado", N_("with the State")),
        LightLook("verde", "✓", "is-adequado", N_("on schedule or done")),
        LightLook("cinza", "–", "is-sem-dado", N_("not started or cancelled")),
    )
}
"""The gravest first."""

Part = tuple[LightLook, int, float, float]


def parts(counts: Mapping[str, int]) -> Sequence[Part]:
    """Divide a bar among the lights, the gravest first: look, count, where it starts and how wide it is, in percent."""
    total, start = sum(counts.values()), 0.0
    made: list[Part] = []
    for name, look in LOOKS.items():
        count = counts.get(name, 0)
        width = 100 * count / total if total else 0.0
        if count:
            made.append((look, count, round(start, 2), round(width, 2)))
        start += width
    return made
