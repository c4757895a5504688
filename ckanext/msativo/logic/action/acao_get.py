"""The menu of actions as it is read, and what of it answers a municipality's own situation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import acao_rows, acoes, adesoes, clock, menu_schema, people, schema
from ckanext.msativo.logic.acao_rows import Names
from ckanext.msativo.logic.called import caller
from ckanext.msativo.logic.histories import history_rows
from ckanext.msativo.logic.territory import find_municipality
from ckanext.msativo.logic.told import told
from ckanext.msativo.model import Acao, programme_reading
from ckanext.msativo.model import menu_reading as reading
from ckanext.msativo.programme.menu import MenuAction, Municipality, Recommendation, recommend
from ckanext.msativo.programme.messages import Message
from ckanext.msativo.text import fold

__all__ = ["msativo_acao_history", "msativo_acao_list", "msativo_acao_recommend", "msativo_acao_show"]


@tk.side_effect_free
def msativo_acao_list(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the menu of actions, by name; secretariats and the coordenação also get those that are being written.

    :param desafio, indicador: name of one that the action serves
    :param secretaria: name of the organisation that leads it
    :param q: words of its title or summary
    :param estado: of the working copy: ``rascunho``, ``em_comentarios``, ``aprovada``, ``publicada``, ``retirada``
    :param limit, offset: the page

    :returns: ``{"count", "results": [{"id", "nome", "secretaria", "titulo", "resumo", "apoio", "requisitos",
        "vagas", "entregas", "desafios", "indicadores", "contribuem", "numero", "publicada_em", "adotaram"}],
        "snapshot": null}``; for its makers also ``estado`` and ``versao``
    """
    tk.check_access("msativo_acao_list", context, data_dict)
    data = schema.validated(data_dict, menu_schema.acao_list(), context)
    rows = [row for row in _rows(context) if _is_wanted(row, data)]
    page = rows[data["offset"] : data["offset"] + data["limit"]]
    return {"count": len(rows), "results": page, "snapshot": None}


def _rows(context: Any) -> list[dict[str, Any]]:
    menu = reading.published()
    if not acoes.is_insider(context):
        names = Names.of([row for row, _ in menu], [version.conteudo for _, version in menu])
        return [acao_rows.public_row(row, version, names) for row, version in menu]
    versions = {row.id: version for row, version in menu}
    rows = reading.acoes()
    contents = [*(version.conteudo for _, version in menu), *(row.conteudo for row in rows)]
    names = Names.of(rows, contents)
    return [acao_rows.own_row(row, versions.get(row.id), names) for row in rows]


def _is_wanted(row: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    words = fold(data.get("q") or "").split()
    text = fold(f"{row['titulo']} {row['resumo']}")
    return (
        all(word in text for word in words)
        and data.get("secretaria") in (None, "", row["secretaria"]["name"])
        and (not data.get("desafio") or data["desafio"] in {one["name"] for one in row["desafios"]})
        and (not data.get("indicador") or data["indicador"] in {one["name"] for one in row["indicadores"]})
        and data.get("estado") in (None, "", row.get("estado", "publicada"))
    )


@tk.side_effect_free
def msativo_acao_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return one action of the menu, as of ``msativo_acao_list``.

    Secretariats and the coordenação also get ``rascunho`` (the working copy), ``comentarios``, ``possiveis`` (steps of
    the workflow that the caller may do now) and ``editavel``. One that is not in the menu is not found by others.

    :param id: id or name
    """
    tk.check_access("msativo_acao_show", context, data_dict)
    data = schema.validated(data_dict, schema.by_id(), context)
    row, inside = _found(context, data["id"])
    version = reading.version(row.id, row.publicada) if row.publicada is not None else None
    names = Names.of([row], [row.conteudo, *([version.conteudo] if version else [])])
    if not inside:
        assert version is not None
        return acao_rows.public_row(row, version, names)
    return {
        **acao_rows.own_row(row, version, names),
        "rascunho": acao_rows.content(row.conteudo, names),
        "comentarios": _comments(row),
        "possiveis": acao_rows.possible(context, row),
        "editavel": acao_rows.can_edit(context, row),
    }


def _found(context: Any, reference: str) -> tuple[Acao, bool]:
    row, inside = reading.acao(reference), acoes.is_insider(context)
    if row is None or (row.publicada is None and not inside):
        raise acoes.unknown(reference)
    return row, inside


def _comments(row: Acao) -> list[dict[str, Any]]:
    rows = reading.comments(acoes.TYPE, row.id)
    names = programme_reading.user_names({one.autor for one in rows})
    return [{"autor": names.get(one.autor, ""), "texto": one.texto, "em": one.em.isoformat()} for one in rows]


@tk.side_effect_free
def msativo_acao_history(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the published versions of an action, newest first, and to its makers the steps of its workflow.

    :param id: id or name

    :returns: ``{"count", "results": [{"numero", "publicada_em", …}], "passos": […], "snapshot": null}``
    """
    tk.check_access("msativo_acao_history", context, data_dict)
    data = schema.validated(data_dict, schema.by_id(), context)
    row, inside = _found(context, data["id"])
    versions = reading.versions(row.id)
    names = Names.of([row], [version.conteudo for version in versions])
    rows = [acao_rows.public_row(row, version, names) for version in versions]
    steps = history_rows(acoes.TYPE, row.id, whole=inside, with_names=inside) if inside else []
    return {"count": len(rows), "results": rows, "passos": steps, "snapshot": None}


@tk.side_effect_free
def msativo_acao_recommend(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return the actions of the menu that answer a municipality's own situation, the strongest first, with the reasons.

    By its class in the challenges and its state in the indicators that an action serves, as of the newest analysis. Its
    prefeitura and the State also see what it said to each (``decisao``: ``adotada``, ``recusada``, ``aberta``).

    :param municipio: code or name

    :returns: ``{"count", "results": [{"acao", "pontos", "motivos", "obstaculos"}], "snapshot": null}``; ``acao`` as of
        ``msativo_acao_list``
    """
    tk.check_access("msativo_acao_recommend", context, data_dict)
    data = schema.validated(data_dict, menu_schema.acao_recommend(), context)
    code = find_municipality(data["municipio"]).codigo_ibge
    menu = reading.published()
    names = Names.of([row for row, _ in menu], [version.conteudo for _, version in menu])
    shown = {row.nome: acao_rows.public_row(row, version, names) for row, version in menu}
    found = recommend(_situation(context, code), [_menu_action(row) for row in shown.values()])
    decided = _decided(context, code)
    rows = [_recommendation(one, shown[one.action], decided) for one in found]
    return {"count": len(rows), "results": rows, "snapshot": None}


def _menu_action(row: Mapping[str, Any]) -> MenuAction:
    return MenuAction(
        name=row["nome"],
        desafios=tuple(one["name"] for one in row["desafios"]),
        indicadores=tuple(one["name"] for one in row["indicadores"]),
        slots=row["vagas"],
        taken=row["adotaram"],
    )


def _situation(context: Any, code: str) -> Municipality:
    profile = tk.get_action("msativo_municipio_show")(caller(context), {"id": code})
    return Municipality(
        classes={row["desafio"]: row["classe"] for row in profile["desafios"] if row["classe"]},
        states={row["indicador"]: row["estado"] for row in profile["situacao"] if row["estado"]},
    )


def _decided(context: Any, code: str) -> dict[str, str] | None:
    """What the municipality said, by the action's id; None for those who may not know."""
    user = context.get("user") or ""
    if not (adesoes.reader(context).sees(code) or people.secretariats_of(user, "read")):
        return None
    standing = programme_reading.approved_adesao(code, clock.today(context))
    rows = reading.adoptions(code, standing.ciclo_id) if standing else {}
    return {identifier: row.decisao for identifier, row in rows.items()}


def _recommendation(found: Recommendation, row: Mapping[str, Any], decided: Mapping[str, str] | None) -> dict[str, Any]:
    titles = {one["name"]: one["title"] for one in (*row["desafios"], *row["indicadores"])}
    shown = {
        "acao": row,
        "pontos": found.score,
        "motivos": [_named(message, titles) for message in found.reasons],
        "obstaculos": [told(message) for message in found.obstacles],
    }
    return shown if decided is None else {**shown, "decisao": decided.get(row["id"], "aberta")}


def _named(message: Message, titles: Mapping[str, str]) -> str:
    """The reason with titles in the place of names."""
    params = {key: titles.get(value, value) for key, value in message.params.items()}
    return told(Message(message.code, message.msgid, params))
