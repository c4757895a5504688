"""What waits for a person of the State: narrowed by an address, and as the way from one review to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ckan.plugins.toolkit as tk
from flask import request

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.logic import clock, covering
from ckanext.msativo.logic.territory import code_of
from ckanext.msativo.programme.ownership import MUNICIPIO
from ckanext.msativo.programme.queue import Item, queue
from ckanext.msativo.views import asked, links, materias

TYPES: Mapping[str, str] = {
    "evidencia": N_("Evidences"),
    "adesao": N_("Requests to join"),
    "plano": N_("Action plans"),
    "contestacao": N_("Contests"),
    "acao": N_("Actions of the menu"),
    "agenda": N_("Agenda"),
    "reuniao": N_("Meetings"),
}
WHOSE: Mapping[str, str] = {
    "todas": N_("All of my organization"),
    "minhas": N_("Given to me"),
    "sem": N_("Given to nobody"),
}


def desks() -> set[str]:
    """The State's desks of the reader; empty for others."""
    return materias.desks_of(tk.g.user) - {MUNICIPIO} if tk.g.user else set()


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    tipo: str
    municipio: str
    com: str

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Asked:
        municipio = asked.search_text(args, "municipio")
        if municipio and code_of(municipio) is None:
            asked.refuse(404, tk._("There is no municipality “{name}” in this state.").format(name=municipio[:60]))
        return cls(asked.choice(args, "tipo", TYPES, "") if args.get("tipo") else "", municipio, _whose(args))

    @property
    def address(self) -> dict[str, str]:
        return {"tipo": self.tipo, "municipio": self.municipio, "com": self.com}

    def wants(self, item: Item, mine: frozenset[str]) -> bool:
        row = item.matter.row
        if self.tipo and item.matter.kind != self.tipo:
            return False
        if self.municipio and row.get("codigo_ibge") != code_of(self.municipio):
            return False
        if self.com == "todas":
            return True
        given = row.get("revisor_id")
        return item.matter.kind == "evidencia" and (given in mine if self.com == "minhas" else given is None)


def _whose(args: Mapping[str, str]) -> str:
    return asked.choice(args, "com", WHOSE, "todas")


def items(wanted: Asked | None = None) -> list[Item]:
    """The reader's queue, narrowed by what the address asks for."""
    own, given = desks(), mine()
    found = queue(materias.of_state(tk.g.user, own), own, clock.today({}))
    return [item for item in found if wanted is None or wanted.wants(item, given)]


def mine() -> frozenset[str]:
    """Whose reviews are the reader's today: as of `msativo_evidencia_list` with ``minhas``."""
    user = tk.g.userobj if tk.g.user else None
    return covering.covered(user.id, clock.today({})) | {user.id} if user else frozenset()


# -- from one review to the next ---------------------------------------------------------------------------------------
def review(identifier: str, wanted: Asked) -> str:
    """Address of a review that knows from which queue it was opened."""
    current = {**wanted.address, "tipo": "", "fila": "1"}
    return links.Address(tk.url_for("msativo_evidencias.read", ref=identifier), current, {"com": "todas"})("fila")


@dataclass(frozen=True)
class Place:
    """Where a review stands in the queue it was opened from; addresses, empty at its ends."""

    number: int
    count: int
    here: str
    before: str
    after: str
    back: str
    next_after_answer: str


def place(identifier: str) -> Place | None:
    """Of the evidence on whose page the reader is; None when it was not opened from a queue."""
    if not request.args.get("fila") or not desks():
        return None
    wanted = Asked.of(request.args)
    evidences = Asked("evidencia", wanted.municipio, wanted.com)
    ids = [item.matter.id for item in items(evidences)]
    back = links.Address(links.prefix("msativo_fila.index"), wanted.address, {"com": "todas"})()
    here = review(identifier, wanted)

    def at(position: int) -> str:
        return review(ids[position], wanted) if 0 <= position < len(ids) else ""

    if identifier not in ids:
        return Place(0, len(ids), here, "", at(0), back, at(0) or back)
    n = ids.index(identifier)
    following = at(n + 1) or (at(0) if n else back)
    return Place(n + 1, len(ids), here, at(n - 1), at(n + 1), back, following)
