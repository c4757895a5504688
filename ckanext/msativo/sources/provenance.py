"""Where a series comes from, in the source's own words: what the dictionary of an indicator is filled with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Provenance:
    """How the source names and describes one series; empty text = the file does not say.

    `categorias` holds the other dimensions (sexo: Homens); `etapas` tells what a derived series was made of.
    """

    variavel: str = ""
    unidade: str = ""
    codigo: str = ""
    tabela: str = ""
    fonte: str = ""
    categorias: Mapping[str, str] = field(default_factory=dict)
    notas: tuple[str, ...] = ()
    etapas: tuple[str, ...] = ()
