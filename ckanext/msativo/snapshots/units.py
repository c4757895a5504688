"""The municipalities as the computation sees them: an order, and what is known of each position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ckanext.msativo.analysis.method import canonical_hash
from ckanext.msativo.territory import LEVELS, Territory


@dataclass(frozen=True)
class Units:
    """Columns of equal length, one entry per municipality in the territory's order.

    ``instalacao`` None = older than the figures; ``vizinhos`` positions of the neighbours (queen contiguity);
    ``regioes`` level → code of the region, "" where it is not known; ``populacao`` None where it is not known.
    """

    codigos: tuple[str, ...]
    nomes: tuple[str, ...]
    instalacao: tuple[int | None, ...]
    vizinhos: tuple[tuple[int, ...], ...]
    regioes: Mapping[str, tuple[str, ...]]
    populacao: tuple[float | None, ...]

    @classmethod
    def of(cls, territory: Territory) -> Units:
        """The units of a territory."""
        municipios = territory.municipios
        position = {municipio.codigo_ibge: i for i, municipio in enumerate(municipios)}
        neighbours = territory.neighbours()
        profiles = [territory.perfil.get(municipio.codigo_ibge) for municipio in municipios]
        return cls(
            tuple(position),
            tuple(municipio.nome for municipio in municipios),
            tuple(municipio.instalacao for municipio in municipios),
            tuple(tuple(sorted(position[code] for code in neighbours[own])) for own in position),
            {level: tuple(_code(municipio.region(level)) for municipio in municipios) for level in LEVELS},
            tuple(profile.populacao if profile else None for profile in profiles),
        )

    def __len__(self) -> int:
        return len(self.codigos)

    @cached_property
    def position(self) -> Mapping[str, int]:
        return {code: i for i, code in enumerate(self.codigos)}

    @cached_property
    def since(self) -> NDArray[np.int64]:
        """Year from which each unit exists; 0 = always."""
        return np.array([year or 0 for year in self.instalacao], np.int64)

    def installed(self, years: NDArray[Any]) -> NDArray[np.bool_]:
        """Units × years: which unit existed in which year."""
        return self.since[:, None] <= np.asarray(years)[None, :]

    def as_dict(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        return {
            "municipios": [
                {"codigo_ibge": code, "nome": name, "instalacao": year, "populacao": people, "vizinhos": list(near)}
                for code, name, year, people, near in zip(
                    self.codigos, self.nomes, self.instalacao, self.populacao, self.vizinhos, strict=True
                )
            ],
            "regioes": {level: list(codes) for level, codes in self.regioes.items()},
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Units:
        """The units of ``as_dict``."""
        rows: Sequence[Mapping[str, Any]] = stored["municipios"]
        return cls(
            tuple(row["codigo_ibge"] for row in rows),
            tuple(row["nome"] for row in rows),
            tuple(row["instalacao"] for row in rows),
            tuple(tuple(row["vizinhos"]) for row in rows),
            {level: tuple(codes) for level, codes in stored["regioes"].items()},
            tuple(row["populacao"] for row in rows),
        )

    @cached_property
    def key(self) -> str:
        """Hash of what an indicator's result depends on: which municipalities, and since when."""
        return canonical_hash([list(self.codigos), list(self.instalacao)])

    @cached_property
    def map_key(self) -> str:
        """Hash of what a challenge's result depends on: the same, and the neighbours."""
        return canonical_hash([self.key, [list(near) for near in self.vizinhos]])


def _code(region: Any) -> str:
    return region.codigo if region else ""
