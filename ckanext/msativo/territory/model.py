"""The territory as the rest of the software sees it: municipalities, regions, boundaries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ckanext.msativo.territory.codes import digits_of
from ckanext.msativo.territory.errors import UnknownLevel, UnknownMunicipio
from ckanext.msativo.territory.topology import Boundaries

LEVELS = ("imediata", "intermediaria", "planejamento")


@dataclass(frozen=True)
class RegionRef:
    """A region as a municipality refers to it."""

    codigo: str
    nome: str


@dataclass(frozen=True)
class Region:
    """A region with the codes of its municipalities, in the territory's order."""

    nivel: str
    codigo: str
    nome: str
    municipios: tuple[str, ...]


@dataclass(frozen=True)
class Municipio:
    """A municipality. ``instalacao`` is None when it is older than the figures."""

    codigo_ibge: str
    nome: str
    slug: str
    instalacao: int | None
    latitude: float
    longitude: float
    capital: bool
    regiao_imediata: RegionRef | None
    regiao_intermediaria: RegionRef | None
    regiao_planejamento: RegionRef | None

    def region(self, nivel: str) -> RegionRef | None:
        """Return the region of that level, None where it is not known."""
        if nivel not in LEVELS:
            raise UnknownLevel(nivel, LEVELS)
        return getattr(self, f"regiao_{nivel}")

    def is_installed(self, ano: int) -> bool:
        """Tell whether the municipality existed in the year ``ano``."""
        return self.instalacao is None or ano >= self.instalacao


@dataclass(frozen=True)
class Perfil:
    """How alike a municipality is to others; None where the figure is not known."""

    populacao: float | None = None
    renda: float | None = None
    """Income per inhabitant, in the money of the year that the territory names."""
    urbano: float | None = None
    """Share of the population that lives in urban areas, 0 to 1."""


@dataclass(frozen=True)
class Territory:
    """A state: its municipalities (by name, accents aside), regions and boundaries.

    ``perfil`` has every municipality's code, or none when the territory has no profiles; ``perfil_fontes`` says of each
    of its figures what it is (``dado``), of which year (``ano``) and from where.
    """

    sigla: str
    nome: str
    codigo: str
    fontes: tuple[Mapping[str, str], ...]
    municipios: tuple[Municipio, ...]
    region_names: Mapping[str, tuple[RegionRef, ...]]
    boundaries: Boundaries
    perfil: Mapping[str, Perfil] = field(default_factory=dict)
    perfil_fontes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @cached_property
    def memo(self) -> dict[Any, Any]:
        """What others have worked out of the territory, kept as long as it is."""
        return {}

    @cached_property
    def by_code(self) -> Mapping[str, Municipio]:
        return {municipio.codigo_ibge: municipio for municipio in self.municipios}

    @cached_property
    def by_slug(self) -> Mapping[str, Municipio]:
        return {municipio.slug: municipio for municipio in self.municipios}

    @cached_property
    def _by_code6(self) -> Mapping[str, Municipio]:
        return {municipio.codigo_ibge[:6]: municipio for municipio in self.municipios}

    def resolve(self, code: str | int) -> Municipio:
        """Return the municipality of an IBGE code of 6 or 7 digits, as text or integer.

        Dotted codes (``"5.002.704"``) are read too. Raises :class:`UnknownMunicipio`.
        """
        digits = digits_of(code) or ""
        found = self.by_code.get(digits) or self._by_code6.get(digits)
        if found is None:
            raise UnknownMunicipio(code, self.sigla)
        return found

    def installed(self, ano: int) -> tuple[str, ...]:
        """Return the codes of the municipalities that existed in the year ``ano``."""
        return tuple(m.codigo_ibge for m in self.municipios if m.is_installed(ano))

    def is_installed(self, code: str | int, ano: int) -> bool:
        """Tell whether a municipality existed in ``ano``; raises :class:`UnknownMunicipio`."""
        return self.resolve(code).is_installed(ano)

    def regions(self, nivel: str) -> tuple[Region, ...]:
        """Return the regions of a level by name, each with its municipalities' codes.

        A municipality whose region is not known is in none. Raises :class:`UnknownLevel`.
        """
        if nivel not in LEVELS:
            raise UnknownLevel(nivel, LEVELS)
        members: dict[str, list[str]] = {ref.codigo: [] for ref in self.region_names[nivel]}
        for municipio in self.municipios:
            ref = municipio.region(nivel)
            if ref is not None:
                members[ref.codigo].append(municipio.codigo_ibge)
        return tuple(
            Region(nivel, ref.codigo, ref.nome, tuple(members[ref.codigo])) for ref in self.region_names[nivel]
        )

    def neighbours(self) -> Mapping[str, frozenset[str]]:
        """Return each code's neighbours by queen contiguity of the boundaries."""
        return self.boundaries.neighbours
