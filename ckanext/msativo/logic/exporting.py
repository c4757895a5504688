"""Writes a snapshot to a folder from which everyone can compute it anew: what is public of it, as it was analysed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import permutations
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic.action.get import snapshot_of
from ckanext.msativo.model import (
    Criticidade,
    DesafioResultado,
    Foco,
    Resultado,
    ResultadoAno,
    Snapshot,
    export_reading,
    snapshot_reading,
)
from ckanext.msativo.snapshots import ChallengeMethod, Units, challenge_key
from ckanext.msativo.snapshots.folder import ChallengePart, IndicatorPart, check_target, indicator_facts, write
from ckanext.msativo.snapshots.keys import challenge_result_key
from ckanext.msativo.snapshots.layout import CRITICALITY, FOCUS, YEARS
from ckanext.msativo.snapshots.leiame import WITHHELD

Progress = Callable[[int, int, str], None]
SOURCE = ("agencia", "fonte_nome", "fonte_url")
"""Fields of an indicator that say where it comes from."""
TRIES = 10_000
"""How many ways to name renamed indicators are tried."""


def export(reference: str | None, folder: Path, progress: Progress) -> dict[str, Any]:
    """Write a snapshot, by id or number, else the newest; raises ObjectNotFound, FolderError and OSError.

    Returns ``{"snapshot", "numero", "pasta", "indicadores", "desafios", "fora", "arquivos", "bytes"}``; ``fora`` are
    public challenges that use an indicator which is no longer public.
    """
    snapshot = snapshot_of(reference)
    if snapshot is None:
        raise tk.ObjectNotFound(tk._("No analysis has been made yet."))
    check_target(folder.resolve())
    found = _gather(snapshot)
    of = len(found.indicators) + len(found.challenges)
    written = write(
        folder,
        found.about,
        found.units,
        _told(found.indicators, _indicator, progress, 0, of),
        _told(found.challenges, _challenge, progress, len(found.indicators), of),
    )
    return {
        "snapshot": snapshot.id,
        "numero": snapshot.numero,
        "pasta": str(folder),
        "indicadores": len(found.indicators),
        "desafios": len(found.challenges),
        "fora": [item["desafio"] for item in found.about["fora"]],
        "arquivos": written.files,
        "bytes": written.bytes,
    }


@dataclass(frozen=True)
class _PublicIndicator:
    result: Resultado
    dataset: Any


@dataclass(frozen=True)
class _PublicChallenge:
    result: DesafioResultado
    dataset: Any
    indicadores: Mapping[str, str | None]


@dataclass(frozen=True)
class _Gathered:
    about: Mapping[str, Any]
    units: bytes
    indicators: Sequence[_PublicIndicator]
    challenges: Sequence[_PublicChallenge]


def _gather(snapshot: Snapshot) -> _Gathered:
    """What of the snapshot everyone may see; a challenge only if all that it uses is."""
    units = export_reading.content(snapshot.unidades_hash)
    results = export_reading.indicators(snapshot.id)
    names = _Names(results, Units.from_dict(json.loads(units)))
    indicators = [_PublicIndicator(result, dataset) for result, dataset in results if _public(dataset)]
    shown = {item.dataset.name for item in indicators}
    challenges, left_out = [], []
    for result, dataset in export_reading.challenges(snapshot.id):
        if not _public(dataset):
            continue
        used = names.of(result)
        if used is None or not shown.issuperset(filter(None, used.values())):
            left_out.append({"desafio": dataset.name, "motivo": WITHHELD})
        else:
            challenges.append(_PublicChallenge(result, dataset, used))
    whole = len(indicators) + len(challenges) == export_reading.count(snapshot.id)
    return _Gathered(_about(snapshot, whole, left_out), units, indicators, challenges)


def _public(dataset: Any) -> bool:
    return dataset.state == "active" and not dataset.private


def _about(snapshot: Snapshot, whole: bool, left_out: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    return {
        "snapshot": {
            "id": snapshot.id,
            "numero": snapshot.numero,
            "hash": snapshot.conteudo_hash,
            "criado_em": _utc(snapshot.criado_em),
            "ciclo": snapshot.ciclo,
            "congelado_em": _utc(snapshot.congelado_em),
            "corrige": snapshot.corrige,
            "corrigido_por": snapshot_reading.corrected_by(snapshot.id),
            "errata": snapshot.errata,
        },
        "semente": snapshot.semente,
        "software": snapshot.versoes,
        "municipios_hash": snapshot.unidades_hash,
        "completo": whole,
        "fora": list(left_out),
    }


def _utc(moment: datetime | None) -> str | None:
    """The same text whatever the time zone of the database is."""
    return moment.astimezone(timezone.utc).isoformat() if moment else None


class _Names:
    """Which indicator a challenge means by a name: the name it has now, unless it was renamed since.

    A challenge's key is the hash of the keys of its indicators' results, so it tells whether they are the right ones.
    """

    def __init__(self, results: Sequence[tuple[Resultado, Any]], units: Units) -> None:
        self.keys: Mapping[str | None, str | None] = {
            None: None,
            **{dataset.name: result.chave for result, dataset in results},
        }
        self.units = units

    def of(self, challenge: DesafioResultado) -> dict[str, str | None] | None:
        """Name in the method → name now, None = had no result; None when an indicator is gone."""
        method = ChallengeMethod.from_dict(challenge.metodo)
        asked = [item.indicador for item in method.indicadores]
        today = {name: name if name in self.keys else None for name in asked}
        for tried in self._candidates(asked, today):
            keys = [self.keys[tried[name]] for name in asked]
            key = challenge_key(method, challenge.limites, keys, self.units)
            if challenge_result_key(challenge.desafio, challenge.ciclo, key) == challenge.chave:
                return tried
        # An older algorithm has other keys; then the names themselves must do.
        return today if None not in today.values() else None

    def _candidates(self, asked: Sequence[str], today: dict[str, str | None]) -> Iterator[dict[str, str | None]]:
        yield today
        unknown = [name for name in asked if today[name] is None]
        others = [None] * len(unknown) + [name for name in self.keys if name and name not in asked]
        for number, chosen in enumerate(permutations(others, len(unknown))):
            if number == TRIES:
                return
            yield {**today, **dict(zip(unknown, chosen, strict=True))}


def _told(items: Sequence[Any], part: Callable[[Any], Any], progress: Progress, done: int, of: int) -> Iterator[Any]:
    for number, item in enumerate(items, done):
        progress(number, of, item.dataset.name)
        yield part(item)


def _indicator(item: _PublicIndicator) -> IndicatorPart:
    result, dataset = item.result, item.dataset
    extras = dataset.extras or {}
    entry = {
        "nome": dataset.name,
        "id": dataset.id,
        "titulo": dataset.title,
        "fonte": {**{name: extras.get(name) for name in SOURCE}, "licenca": dataset.license_id},
        "dados_hash": result.dados_hash,
        "metodo_hash": result.metodo_hash,
        "metodo": result.metodo,
        "grupos": result.grupos,
        "chave": result.chave,
    }
    return IndicatorPart(
        entry,
        export_reading.content(result.dados_hash),
        indicator_facts(result.ano_padrao, result.suficiente, result.avisos),
        export_reading.columns_of(ResultadoAno, result.id, YEARS.columns),
        export_reading.columns_of(Criticidade, result.id, CRITICALITY.columns),
    )


def _challenge(item: _PublicChallenge) -> ChallengePart:
    result, dataset = item.result, item.dataset
    entry = {
        "nome": dataset.name,
        "id": dataset.id,
        "titulo": dataset.title,
        "ciclo": result.ciclo,
        "metodo": result.metodo,
        "limites": result.limites,
        "indicadores": item.indicadores,
        "chave": result.chave,
    }
    return ChallengePart(entry, result.fatos, export_reading.columns_of(Foco, result.id, FOCUS.columns))
