"""Effect: what changed where an action was taken, beside comparable municipalities."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic import clock, effects, monitoring_schema, schema
from ckanext.msativo.logic.action.get import indicators_of, snapshot_of
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.text import fold

__all__ = ["msativo_efeito_show"]


@tk.side_effect_free
def msativo_efeito_show(context: Any, data_dict: dict[str, Any]) -> dict[str, Any]:
    """Return whether the indicators of a challenge, or of an action, changed more where it was taken.

    Participants are the municipalities with an approved plan of the cycle that took the action, or one that serves the
    challenge; compared with the most similar of those that never did.

    :param desafio: name or id of a challenge, or
    :param acao: name or id of an action of the menu
    :param indicador: only this one of its indicators
    :param ciclo: id (default: the newest in which it was taken, else the newest that has begun)
    :param snapshot: id or number of the analysis (default: the newest)

    :returns: ``{"count", "results": [{"indicador", "titulo", "unidade", "ano_base", "ano_novo", "veredito",
        "avaliavel", "motivo", "participantes", "comparadores", "base_participantes", "base_comparadores",
        "mudanca_participantes", "mudanca_comparadores", "diferenca", "intervalo", "p", "ajustada", "avisos", …}],
        "participantes": [{"codigo_ibge", "municipio"}], "ciclo", "ressalvas", "metodo", "snapshot"}``. ``veredito`` is
        ``melhor``, ``pior``, ``inconclusivo`` or ``ainda_nao_avaliavel``; ``…_orientada`` is positive when
        participants did better; an end of an interval without a bound is null
    """
    tk.check_access("msativo_efeito_show", context, data_dict)
    data = schema.validated(data_dict, monitoring_schema.efeito_show(), context)
    if bool(data.get("desafio")) == bool(data.get("acao")):
        raise tk.ValidationError({"desafio": [tk._("Ask for a challenge or for an action, one of them.")]})
    today, cycle = clock.today(context), data.get("ciclo") or None
    if data.get("desafio"):
        study = effects.of_challenge(data["desafio"], cycle, today)
    else:
        study = effects.of_action(data["acao"], cycle, today)
    snapshot = snapshot_of(data.get("snapshot"))
    rows = effects.rows(_narrowed(study, data.get("indicador")), snapshot)
    by_code = territory().by_code
    places = [(by_code[code].nome if code in by_code else code, code) for code in study.participants]
    return {
        "count": len(rows),
        "results": rows,
        study.kind: study.name,
        "nome": study.title,
        "participantes": [
            {"codigo_ibge": code, "municipio": name} for name, code in sorted(places, key=lambda one: fold(one[0]))
        ],
        "ciclo": _cycle(study),
        "ressalvas": effects.caveats(),
        "metodo": {**effects.method_row(), "semente": snapshot.semente if snapshot else None},
        "snapshot": snapshot.id if snapshot else None,
    }


def _narrowed(study: effects.Study, wanted: str | None) -> effects.Study:
    if not wanted:
        return study
    (identifier,) = indicators_of(wanted)
    if identifier not in study.indicators:
        message = tk._("“{indicador}” is not one of the indicators of “{nome}”.")
        raise tk.ValidationError({"indicador": [message.format(indicador=wanted, nome=study.title)]})
    return effects.narrowed(study, identifier)


def _cycle(study: effects.Study) -> dict[str, Any] | None:
    row = study.cycle
    if row is None:
        return None
    return {"id": row.id, "nome": row.nome, "inicio": row.inicio.isoformat(), "fim": row.fim.isoformat()}
