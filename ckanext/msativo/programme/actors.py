"""Who acts: an organisation of some kind, or the system itself; the coordenação may act in a prefeitura's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.errors import ProgrammeError
from ckanext.msativo.programme.ownership import COORDENACAO, MUNICIPIO, SECRETARIA

SISTEMA = "sistema"

ROLES: Mapping[str, str] = {
    MUNICIPIO: N_("the prefeitura"),
    SECRETARIA: N_("the secretariat"),
    COORDENACAO: N_("the coordenação"),
    SISTEMA: N_("the system"),
}


@dataclass(frozen=True)
class Actor:
    """``kind`` is a key of ROLES; ``id`` the person; ``em_nome_de`` the prefeitura that the coordenação acts for."""

    kind: str
    id: str = ""
    em_nome_de: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in ROLES:
            raise ProgrammeError(
                "unknown_role",
                N_("There is no role “{role}”. Known: {known}."),
                role=self.kind,
                known=", ".join(ROLES),
            )
        if self.em_nome_de is not None and self.kind != COORDENACAO:
            raise ProgrammeError("not_on_behalf", N_("Only the coordenação may act in the name of a prefeitura."))

    @property
    def role(self) -> str:
        """The kind whose rules apply: acting for a prefeitura is acting as one."""
        return MUNICIPIO if self.em_nome_de is not None else self.kind


SYSTEM = Actor(SISTEMA, SISTEMA)
