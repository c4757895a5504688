"""The facts of the queues: rows of the actions, as the reader gets them, turned into matters. No rule is here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import meetings, people, planos
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.programme.ownership import COORDENACAO, MUNICIPIO
from ckanext.msativo.programme.queue import ABSENT, Matter
from ckanext.msativo.programme.workflows import EVIDENCIA

ALL = 5000
UNFINISHED = ("devolvida", "rascunho", *sorted(EVIDENCIA.waiting))
"""States of an evidence in which somebody has to do something with it."""


def rows(action: str, **data: Any) -> list[dict[str, Any]]:
    """All rows of a list of the programme, as the reader gets them."""
    return tk.get_action(f"msativo_{action}_list")({}, {"limit": ALL, **data})["results"]


def day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


# -- of a municipality -------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Town:
    """What a municipality's workspace is made of."""

    code: str
    cycles: list[dict[str, Any]]
    requests: list[dict[str, Any]]
    plans: list[dict[str, Any]]
    deliveries: list[dict[str, Any]]
    evidences: list[dict[str, Any]]
    recommended: list[dict[str, Any]]
    agenda: list[dict[str, Any]]
    meetings: list[dict[str, Any]]
    contests: list[dict[str, Any]]

    @classmethod
    def of(cls, code: str) -> Town:
        found = {"municipio": code}
        plans = [row for row in rows("plano", **found) if "versao" in row]
        running = {row["id"] for row in plans if row["estado"] in planos.RUNNING}
        requests = [row for row in rows("adesao", **found, aberta=True) if "id" in row]
        approved = any(row["estado"] == "aprovada" for row in requests)
        recommend = tk.get_action("msativo_acao_recommend")({}, found)["results"] if approved else []
        return cls(
            code=code,
            cycles=tk.get_action("msativo_ciclo_list")({}, {"limit": 1000})["results"],
            requests=requests,
            plans=plans,
            deliveries=[row for row in rows("entrega", **found) if row["plano"] in running] if running else [],
            evidences=[
                row
                for state in UNFINISHED
                for row in rows("evidencia", **found, estado=state)
                if "versao" in row and row["plano"] in running
            ],
            recommended=recommend,
            agenda=rows("agenda", dono=code, aberta=True),
            meetings=[row for row in rows("reuniao", quando="proximas") if _concerns(row, code)],
            contests=rows("contestacao", **found, aberta=True),
        )

    @property
    def matters(self) -> list[Matter]:
        return [
            *self._evidences(),
            *(Matter("entrega", row["id"], row["estado"], row["titulo"], day(row["prazo"]), row=row)
              for row in self.deliveries),
            *(_plan(row) for row in self.plans),
            *self._request(),
            *self._offers(),
            *(_agenda(row) for row in self.agenda),
            *(_meeting(row) for row in self.meetings),
            *(_contest(row) for row in self.contests),
        ]  # fmt: skip

    def _evidences(self) -> Iterable[Matter]:
        """What is with the prefeitura is due with its delivery; what is with the State, with its review."""
        due = {row["id"]: row["prazo"] for row in self.deliveries}
        for row in self.evidences:
            delivery = row["entrega"]["id"]
            waits = row["estado"] in EVIDENCIA.waiting
            yield _evidence(row, row["prazo"] if waits else due.get(delivery))

    def _request(self) -> Iterable[Matter]:
        """The request of each cycle that is open, or that one is missing while a window is."""
        windows = {row["id"]: row["adesao_fim"] for row in self.cycles if row["adesao_aberta"]}
        for row in self.requests:
            yield _adesao(row, row["prazo"] if row["estado"] != "rascunho" else windows.get(row["ciclo"]))
        missing = sorted(set(windows) - {row["ciclo"] for row in self.requests}, key=lambda name: windows[name])
        for name in missing[:1]:
            row = next(cycle for cycle in self.cycles if cycle["id"] == name)
            yield Matter("adesao", f"{self.code}/{name}", ABSENT, row["nome"], day(windows[name]), row=row)

    def _offers(self) -> Iterable[Matter]:
        """The recommended actions that were not answered; and, once some were adopted, that no plan was begun."""
        open_ones = [one for one in self.recommended if one.get("decisao") == "aberta" and not one["obstaculos"]]
        if open_ones:
            offer = {"count": len(open_ones), "reason": next((m for one in open_ones for m in one["motivos"]), "")}
            yield Matter("recomendacao", self.code, "aberta", "", row=offer)
        adopted = [one for one in self.recommended if one.get("decisao") == "adotada"]
        now = {row["ciclo"] for row in self.requests if row["estado"] == "aprovada"}
        if adopted and not any(row["ciclo"] in now for row in self.plans):
            yield Matter("plano", self.code, ABSENT, "", row={"count": len(adopted)})


def _concerns(row: Mapping[str, Any], code: str) -> bool:
    """A meeting of this municipality, of one of its regions, or of all."""
    if row["codigo_ibge"] or not row["regiao"]:
        return row["codigo_ibge"] in (code, None)
    return any(region.codigo == row["regiao"] and code in region.municipios for region in meetings.all_regions())


# -- of the State ------------------------------------------------------------------------------------------------------
def of_state(user: str, desks: Collection[str]) -> list[Matter]:
    """What may wait for a person of the State: of a secretariat its own, of the coordenação everything."""
    found = [_evidence(row, row["prazo"]) for row in _reviews() if "versao" in row]
    found += [_agenda(row) for row in rows("agenda", meus=True, aberta=True)]
    found += [_action(row) for row in rows("acao") if "estado" in row and _is_makers(row, user, desks)]
    found += [_meeting(row) for row in rows("reuniao", quando="proximas") if COORDENACAO in desks or _of_all(row)]
    if COORDENACAO in desks:
        for state in ("enviada", "em_analise"):
            found += [_adesao(row, row["prazo"]) for row in rows("adesao", estado=state) if "id" in row]
        for state in ("enviado", "em_aditivo"):
            found += [_plan(row) for row in rows("plano", estado=state) if "versao" in row]
        found += [_contest(row) for row in rows("contestacao", aberta=True)]
    return found


def _reviews() -> list[dict[str, Any]]:
    """The evidences that the reader can review; for who only reads, those that the organisation has to."""
    if tk.h.check_access("msativo_evidencia_review"):
        return rows("evidencia", fila=True)
    return [row for state in sorted(EVIDENCIA.waiting) for row in rows("evidencia", estado=state)]


def _is_makers(row: Mapping[str, Any], user: str, desks: Collection[str]) -> bool:
    """Whether an action of the menu is the coordenação's to approve, or a secretariat's own."""
    if COORDENACAO in desks:
        return True
    return people.organization_id(row["secretaria"]["name"]) in people.secretariats_of(user, "read")


def _of_all(row: Mapping[str, Any]) -> bool:
    return not row["codigo_ibge"] and not row["regiao"]


# -- one row -----------------------------------------------------------------------------------------------------------
def _evidence(row: Mapping[str, Any], due: str | None) -> Matter:
    delivery = row["entrega"]
    return Matter("evidencia", row["id"], row["estado"], delivery["titulo"], day(due), about=delivery["id"], row=row)


def _plan(row: Mapping[str, Any]) -> Matter:
    return Matter("plano", row["id"], row["estado"], row["titulo"], row=row)


def _adesao(row: Mapping[str, Any], due: str | None) -> Matter:
    return Matter("adesao", row["id"], row["estado"], row["municipio"], day(due), row=row)


def _action(row: Mapping[str, Any]) -> Matter:
    return Matter("acao", row["id"], row["estado"], row["titulo"], row=row)


def _contest(row: Mapping[str, Any]) -> Matter:
    return Matter("contestacao", row["id"], "aberta", row["titulo"], row=row)


def _agenda(row: Mapping[str, Any]) -> Matter:
    owner = row["dono"]["tipo"]
    return Matter("agenda", row["id"], row["estado"], row["titulo"], day(row["prazo"]), owner=owner, row=row)


def _meeting(row: Mapping[str, Any]) -> Matter:
    state = "cancelada" if row["cancelada"] else "marcada"
    return Matter("reuniao", row["id"], state, row["titulo"], day(row["data"]), row=row)


# -- who ---------------------------------------------------------------------------------------------------------------
def desks_of(user: str) -> set[str]:
    """Kinds of the organisations that somebody belongs to; the portal's administrator sits with the coordenação."""
    if people.is_portal({"user": user}):
        return {COORDENACAO}
    return {role.kind for role in people.roles(user)}


def towns_of(user: str) -> list[Any]:
    """The municipalities in whose prefeitura somebody is, by name."""
    if people.is_portal({"user": user}):
        return []
    codes = {role.owner for role in people.roles(user) if role.kind == MUNICIPIO}
    return [place for place in territory().municipios if place.codigo_ibge in codes]
