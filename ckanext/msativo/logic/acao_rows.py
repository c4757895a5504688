"""Actions of the menu as the API shows them: to everyone what is published, to its makers the working copy too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.msativo.logic import acoes, people, steps
from ckanext.msativo.model import Acao, AcaoVersao
from ckanext.msativo.model import menu_reading as reading
from ckanext.msativo.programme.workflows import ACAO


@dataclass(frozen=True)
class Names:
    """What the ids in contents are called, looked up once for all rows."""

    datasets: Mapping[str, Mapping[str, str]]
    organizations: Mapping[str, Mapping[str, Any]]
    taken: Mapping[str, int]

    @classmethod
    def of(cls, rows: Iterable[Acao], contents: Iterable[Mapping[str, Any]]) -> Names:
        rows, contents = list(rows), list(contents)
        served = {one for content in contents for one in (*content["desafios"], *content["indicadores"])}
        orgs = {row.secretaria_id for row in rows} | {one for content in contents for one in content["contribuem"]}
        return cls(reading.datasets(served), reading.organizations(orgs), reading.taken())

    def organization(self, identifier: str) -> dict[str, Any]:
        found = self.organizations.get(identifier)
        return {"name": found["name"], "title": found["title"]} if found else {"name": identifier, "title": identifier}

    def served(self, identifiers: Iterable[str]) -> list[dict[str, str]]:
        """Those that are still there."""
        return [dict(self.datasets[one]) for one in identifiers if one in self.datasets]


def content(of: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """A version in public words."""
    return {
        "titulo": of["titulo"],
        "resumo": of["resumo"],
        "apoio": of["apoio"],
        "requisitos": of["requisitos"],
        "vagas": of["vagas"],
        "entregas": of["entregas"],
        "desafios": names.served(of["desafios"]),
        "indicadores": names.served(of["indicadores"]),
        "contribuem": [names.organization(one) for one in of["contribuem"]],
    }


def public_row(row: Acao, version: AcaoVersao, names: Names) -> dict[str, Any]:
    return {
        "id": row.id,
        "nome": row.nome,
        "secretaria": names.organization(row.secretaria_id),
        **content(version.conteudo, names),
        "numero": version.numero,
        "publicada_em": version.publicada_em.isoformat(),
        "adotaram": names.taken.get(row.id, 0),
    }


def own_row(row: Acao, version: AcaoVersao | None, names: Names) -> dict[str, Any]:
    """For its makers: the published version, or the working copy while there is none, and the state of the latter."""
    if version is not None:
        shown = public_row(row, version, names)
    else:
        shown = {
            "id": row.id,
            "nome": row.nome,
            "secretaria": names.organization(row.secretaria_id),
            **content(row.conteudo, names),
            "numero": None,
            "publicada_em": None,
            "adotaram": 0,
        }
    return {**shown, "estado": row.estado, "versao": row.versao}


def possible(context: Any, row: Acao) -> list[str]:
    return steps.possible_for(context, ACAO, row.estado, secretariats={row.secretaria_id})


def can_edit(context: Any, row: Acao) -> bool:
    user = context.get("user") or ""
    writes = people.is_portal(context) or people.in_coordenacao(user)
    return row.estado in acoes.EDITABLE and (writes or bool(people.secretariats_of(user) & acoes.writers(row)))
