"""Actions of the menu: their contents, who may see the making of them, adoption, and their public dataset."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.lib.munge import munge_title_to_name

from ckanext.msativo.logic import people, publication, steps
from ckanext.msativo.model import Acao, AcaoVersao, Adesao, Adocao, programme_reading
from ckanext.msativo.model import menu_reading as reading
from ckanext.msativo.programme.ownership import COORDENACAO, SECRETARIA
from ckanext.msativo.programme.workflows import Actor, Transition

TYPE = "acao"
EMPTY: Mapping[str, Any] = {
    "titulo": "",
    "resumo": "",
    "desafios": [],
    "indicadores": [],
    "entregas": [],
    "apoio": "",
    "requisitos": "",
    "vagas": None,
    "contribuem": [],
}
"""What an action says; challenges, indicators and contributing secretariats by id."""
EDITABLE = frozenset({"rascunho", "em_comentarios"})
ADOPTED = "adotada"
RESERVED = frozenset({"nova"})
"""Last parts of an address that are pages of their own."""


# -- who ---------------------------------------------------------------------------------------------------------------
def is_insider(context: Any) -> bool:
    """Secretariats build the menu together: all of them and the coordenação see what is being written."""
    user = context.get("user") or ""
    if people.is_portal(context):
        return True
    return bool(user) and bool({SECRETARIA, COORDENACAO} & people.kinds_where(user, "read"))


def writers(row: Acao) -> set[str]:
    """Ids of the secretariats that write it: the one that leads and those that contribute."""
    return {row.secretaria_id, *row.conteudo.get("contribuem", ())}


# -- contents ----------------------------------------------------------------------------------------------------------
def changed(row: Acao, data: Mapping[str, Any]) -> list[str]:
    """Put what was given into the working copy; returns the fields that are different now."""
    given = {name: data[name] for name in EMPTY if name in data}
    different = [name for name, value in given.items() if row.conteudo.get(name) != value]
    # A new object: SQLAlchemy does not see changes within a JSON value.
    row.conteudo = {**row.conteudo, **given}
    return different


def free_name(wanted: str) -> str:
    """An address that no action and no dataset has."""
    stem = munge_title_to_name(wanted).strip("-_")[:80] or "acao"
    candidates = (stem if n == 1 else f"{stem}-{n}" for n in range(1, 1000))
    return next(name for name in candidates if not _is_taken(name))


def _is_taken(name: str) -> bool:
    return name in RESERVED or reading.acao(name) is not None or model.Package.get(name) is not None


def unknown(reference: str) -> tk.ObjectNotFound:
    return tk.ObjectNotFound(tk._("There is no action “{id}” in the menu.").format(id=reference))


# -- publishing --------------------------------------------------------------------------------------------------------
def publish(row: Acao, at: datetime) -> int:
    """Keep the working copy as the next version and show it; returns its number."""
    versions = reading.versions(row.id)
    number = versions[0].numero + 1 if versions else 1
    model.Session.add(AcaoVersao(acao_id=row.id, numero=number, conteudo=row.conteudo, publicada_em=at))
    row.publicada = number
    publication.publish(_dataset(row))
    return number


def _dataset(row: Acao) -> dict[str, Any]:
    content = row.conteudo
    served = reading.datasets([*content["desafios"], *content["indicadores"]])
    return {
        "id": row.id,
        "type": TYPE,
        "name": row.nome,
        "title": content["titulo"],
        "notes": content["resumo"],
        "owner_org": row.secretaria_id,
        "serve": "; ".join(sorted(one["title"] for one in served.values())),
    }


# -- adoption ----------------------------------------------------------------------------------------------------------
def standing_adesao(code: str, today: date) -> Adesao:
    """The approved request of a municipality in the cycle that has not ended; raises `ValidationError` without one."""
    found = programme_reading.approved_adesao(code, today)
    if found is None:
        raise tk.ValidationError(
            {"municipio": [tk._("The municipality has no approved request to join in a cycle that runs.")]}
        )
    return found


def adopt(row: Acao, code: str, cycle: str, decision: str, reason: str, at: datetime, who: Actor) -> None:
    """Say what a municipality wants of an action; the row of the action must be held: its places are counted here."""
    known = reading.adoption(code, cycle, row.id)
    before = known.decisao if known else "aberta"
    if decision == ADOPTED and before != ADOPTED:
        _check_places(row, cycle)
    if known is None:
        known = Adocao(codigo_ibge=code, ciclo_id=cycle, acao_id=row.id)
        model.Session.add(known)
    known.decisao, known.motivo, known.em = decision, reason, at
    identifier = f"{row.id}:{code}:{cycle}"
    steps.record(identifier, Transition("adocao", decision, before, decision, at, who, reason, {"acao": row.id}))
    model.Session.flush()


def _check_places(row: Acao, cycle: str) -> None:
    if row.publicada is None:
        raise tk.ValidationError({"acao": [tk._("This action is not in the menu now.")]})
    version = reading.version(row.id, row.publicada)
    places = version.conteudo.get("vagas") if version else None
    if places is not None and reading.taken(cycle).get(row.id, 0) >= places:
        message = tk._("All {vagas} places of this action are taken.")
        raise tk.ValidationError({"acao": [message.format(vagas=places)]})
