"""Decisions of the coordenação on a class; contests of the prefeituras and the State's answers. All public."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime, timezone
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk

from ckanext.msativo import config
from ckanext.msativo.logic import challenges, indicators, schema, snapshots, uploads
from ckanext.msativo.logic.action.focus import challenge_ids
from ckanext.msativo.logic.action.get import codes_of, indicators_of, snapshot_of
from ckanext.msativo.logic.territory import find_municipality, territory
from ckanext.msativo.model import Contestacao, ContestacaoArquivo, Decisao, Snapshot, focus_reading, reading

__all__ = [
    "msativo_contestacao_answer",
    "msativo_contestacao_create",
    "msativo_contestacao_list",
    "msativo_contestacao_show",
    "msativo_foco_decide",
]


def msativo_foco_decide(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Decide a municipality's class in a challenge otherwise than computed; the computed one stays beside it.

    :param desafio: name or id
    :param municipio: code or name
    :param classe: ``focal``, ``prioritario`` or ``monitorado``; empty takes an earlier decision back
    :param motivo: why; shown to everyone

    :returns: the row of ``msativo_foco_list``, as it is now
    """
    tk.check_access("msativo_foco_decide", context, data_dict)
    data = schema.validated(data_dict, schema.foco_decide(), context)
    (desafio,) = challenge_ids(data["desafio"])
    code = find_municipality(data["municipio"]).codigo_ibge
    try:
        _decide(desafio, code, data, _author(context))
        model.Session.commit()
    except BaseException:
        model.Session.rollback()
        raise
    return tk.get_action("msativo_foco_list")({"ignore_auth": True}, {"desafio": desafio, "municipio": code})[
        "results"
    ][0]


def _decide(desafio: str, code: str, data: Mapping[str, Any], author: str) -> None:
    snapshots.lock(snapshots.DECISIONS_LOCK)
    snapshot = snapshots.open_newest()
    filters = focus_reading.Filters([desafio], [code])
    _count, rows = focus_reading.focus(snapshot, filters, 1, 0) if snapshot else (0, [])
    if not rows:
        raise tk.ObjectNotFound(tk._("This challenge has not been analysed yet."))
    row, wanted = rows[0], data.get("classe") or None
    if wanted is None and row.decidida is None:
        raise tk.ValidationError({"classe": [tk._("There is no decision to take back.")]})
    model.Session.add(
        Decisao(
            desafio=desafio,
            ciclo=row.ciclo,
            codigo_ibge=code,
            classe=wanted,
            classe_calculada=row.classe,
            motivo=data["motivo"],
            autor=author,
            criado_em=_now(),
        )
    )


def _author(context: Any) -> str:
    user = model.User.get(context.get("user"))
    return user.id if user else ""


def _now() -> datetime:
    return datetime.now(timezone.utc)


# -- contests ----------------------------------------------------------------------------------------------------------
def msativo_contestacao_create(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Contest a value of an indicator or the class in a challenge, for one's own municipality. Public at once.

    :param municipio: code or name; that of the prefeitura of which the caller is an editor
    :param indicador: name or id of the indicator, with ``ano``; or
    :param desafio: name or id of the challenge
    :param ano: year of the contested value (default: the one that is shown)
    :param texto: the reasons
    :param upload: files (PDF, PNG, JPEG, XLSX, CSV) that prove them

    :returns: the row of ``msativo_contestacao_list``
    """
    tk.check_access("msativo_contestacao_create", context, data_dict)
    data = schema.validated(data_dict, schema.contestacao_create(), context)
    if bool(data.get("indicador")) == bool(data.get("desafio")):
        raise tk.ValidationError(
            {"indicador": [tk._("Say which indicator or which challenge is contested: one of them.")]}
        )
    code = find_municipality(data["municipio"]).codigo_ibge
    snapshot = snapshot_of(None)
    if snapshot is None:
        raise tk.ValidationError({"municipio": [tk._("There is no analysis yet that could be contested.")]})
    files = uploads.read(data.get("upload"), config.contest_max_bytes())
    contest = _contest(snapshot, code, data, _author(context))
    model.Session.add(contest)
    model.Session.flush()
    model.Session.add_all(
        ContestacaoArquivo(
            contestacao_id=contest.id,
            nome=file.name,
            formato=file.format,
            tamanho=len(file.content),
            hash=hashlib.sha256(file.content).hexdigest(),
            conteudo=file.content,
        )
        for file in files
    )
    model.Session.commit()
    return _shown([contest])[0]


def _contest(snapshot: Snapshot, code: str, data: Mapping[str, Any], author: str) -> Contestacao:
    about = _contested_value if data.get("indicador") else _contested_class
    identifier, year, shown = about(snapshot, code, data)
    return Contestacao(
        codigo_ibge=code,
        objeto=identifier,
        tipo=indicators.TYPE if data.get("indicador") else challenges.TYPE,
        ano=year,
        snapshot_id=snapshot.id,
        contestado=shown,
        texto=data["texto"],
        autor=author,
        criado_em=_now(),
    )


def _contested_value(snapshot: Snapshot, code: str, data: Mapping[str, Any]) -> tuple[str, int, str]:
    (identifier,) = indicators_of(data["indicador"])
    filters = reading.Filters(indicadores=[identifier], codigos=[code], ano=data.get("ano"))
    _count, rows = reading.criticality(snapshot.id, filters, 1, 0)
    if not rows:
        raise tk.ValidationError({"ano": [tk._("The indicator has no result for this municipality and year.")]})
    row = rows[0][0]
    return identifier, row.ano, "" if row.valor is None else repr(row.valor)


def _contested_class(snapshot: Snapshot, code: str, data: Mapping[str, Any]) -> tuple[str, None, str]:
    (identifier,) = challenge_ids(data["desafio"])
    _count, rows = focus_reading.focus(snapshot, focus_reading.Filters([identifier], [code]), 1, 0)
    if not rows:
        raise tk.ValidationError({"desafio": [tk._("The challenge has no result for this municipality.")]})
    return identifier, None, rows[0].valida


def msativo_contestacao_answer(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Answer a contest for the State. Public at once, and final.

    A value that was wrong is corrected at its source, a class by ``msativo_foco_decide``: the answer changes neither.

    :param id: id or number
    :param decisao: ``procedente``, ``parcial`` or ``improcedente``
    :param resposta: the answer, with its reasons

    :returns: the row of ``msativo_contestacao_list``
    """
    tk.check_access("msativo_contestacao_answer", context, data_dict)
    data = schema.validated(data_dict, schema.contestacao_answer(), context)
    contest = _find(data["id"])
    # Two answers at a time: the second waits here and then finds the first.
    model.Session.refresh(contest, with_for_update=True)
    if contest.decisao is not None:
        model.Session.rollback()
        raise tk.ValidationError({"id": [tk._("This contest has been answered already.")]})
    contest.decisao, contest.resposta = data["decisao"], data["resposta"]
    contest.respondido_por, contest.respondido_em = _author(context), _now()
    model.Session.commit()
    return _shown([contest])[0]


def _find(reference: str) -> Contestacao:
    contest = focus_reading.contest(reference)
    if contest is None or contest.objeto not in _visible():
        raise tk.ObjectNotFound(tk._("There is no contest “{id}”.").format(id=reference))
    return contest


def _visible() -> set[str]:
    """What contests may be about and be seen."""
    return {*reading.visible(), *reading.visible(challenges.TYPE)}


@tk.side_effect_free
def msativo_contestacao_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return contests and their answers, the newest first.

    :param municipio: code or name
    :param indicador, desafio: name or id of what is contested
    :param aberta: only those without an answer (true) or with one (false)

    :returns: ``{"count", "results": [{"id", "numero", "codigo_ibge", "municipio", "tipo", "objeto", "titulo", "ano",
        "contestado", "texto", "em", "snapshot", "decisao", "resposta", "respondida_em", "arquivos": [{"id", "nome",
        "formato", "tamanho", "hash", "url"}]}], "snapshot": null}``
    """
    tk.check_access("msativo_contestacao_list", context, data_dict)
    data = schema.validated(data_dict, schema.contestacao_list(), context)
    codes = codes_of(data)
    wanted: Collection[str] = _visible()
    if data.get("indicador"):
        wanted = indicators_of(data["indicador"])
    if data.get("desafio"):
        wanted = challenge_ids(data["desafio"])
    code = next(iter(codes)) if codes else None
    count, rows = focus_reading.contests(wanted, code, data.get("aberta"), data["limit"], data["offset"])
    return {"count": count, "results": _shown([row for row, _name, _title in rows]), "snapshot": None}


@tk.side_effect_free
def msativo_contestacao_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return one contest: the row of ``msativo_contestacao_list``.

    :param id: id or number
    """
    tk.check_access("msativo_contestacao_show", context, data_dict)
    data = schema.validated(data_dict, schema.by_id(), context)
    return _shown([_find(data["id"])])[0]


def _shown(contests: list[Contestacao]) -> list[dict[str, Any]]:
    """Contests as everyone sees them: who wrote them is the prefeitura and the State, not a person."""
    files = focus_reading.files_of([contest.id for contest in contests])
    named = indicators.names_and_titles({contest.objeto for contest in contests})
    by_code = territory().by_code
    return [
        {
            "id": row.id,
            "numero": row.numero,
            "codigo_ibge": row.codigo_ibge,
            "municipio": by_code[row.codigo_ibge].nome if row.codigo_ibge in by_code else row.codigo_ibge,
            "tipo": row.tipo,
            "objeto": named[row.objeto][0],
            "titulo": named[row.objeto][1],
            "ano": row.ano,
            "contestado": row.contestado,
            "texto": row.texto,
            "em": row.criado_em.isoformat(),
            "snapshot": row.snapshot_id,
            "decisao": row.decisao,
            "resposta": row.resposta,
            "respondida_em": row.respondido_em.isoformat() if row.respondido_em else None,
            "arquivos": [_file(file) for file in files.get(row.id, [])],
        }
        for row in contests
    ]


def _file(file: ContestacaoArquivo) -> dict[str, Any]:
    figures = {name: getattr(file, name) for name in ("id", "nome", "formato", "tamanho", "hash")}
    return {**figures, "url": tk.url_for("msativo_contestacoes.arquivo", id=file.id, qualified=True)}
