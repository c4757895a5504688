"""Makes an analysis: gathers what changed, computes it, stores it, and records which results now hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timezone
from importlib.metadata import version
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa

from ckanext.msativo import config
from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.analysis.method import IndicatorMethod, canonical_hash, canonical_json
from ckanext.msativo.logic import challenges, indicators, observations
from ckanext.msativo.logic.method import MethodProblem, groups_of, method_of
from ckanext.msativo.logic.territory import territory
from ckanext.msativo.model import (
    Dados,
    DesafioResultado,
    Resultado,
    Snapshot,
    SnapshotDesafio,
    SnapshotResultado,
    snapshot_reading,
)
from ckanext.msativo.model.copying import Copy
from ckanext.msativo.snapshots import (
    ChallengeMethod,
    ChallengeResult,
    IndicatorFacts,
    IndicatorResult,
    Units,
    challenge_key,
    compute_challenge,
    compute_indicator,
    indicator_key,
)
from ckanext.msativo.snapshots import challenge as challenge_columns
from ckanext.msativo.snapshots import indicator as indicator_columns
from ckanext.msativo.snapshots.keys import challenge_result_key

LOCK = 7_327_001
"""Advisory lock of PostgreSQL: one run at a time, in all processes."""
DECISIONS_LOCK = 7_327_002
"""Another: no decision at the moment of a freeze; it would be dated before it and seen after it."""
WORKERS = 2
BATCH = 50
"""Indicators whose rows are held in memory at once."""
SOFTWARE = ("ckanext-msativo", "numpy")

Progress = Callable[[int, int, str], None]
"""Told how many of how many results are there, and which comes next."""


@dataclass
class _Run:
    """What one run has found so far: by dataset's id the result's number and key; by name the facts for challenges."""

    units: Units
    seed: int
    results: dict[str, tuple[int, str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    challenges: dict[str, tuple[int, str]] = field(default_factory=dict)
    computed: list[str] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)

    def problem(self, name: str, error: Any) -> None:
        self.problems.append({"indicador": name, "problema": str(error)})


@dataclass(frozen=True)
class _Input:
    described: indicators.Described
    content: bytes
    data_hash: str
    method: IndicatorMethod
    groups: Any
    key: str


def run(author: str, progress: Progress, seed: int | None = None) -> dict[str, Any]:
    """Bring all results up to date and record the snapshot, in the session's transaction.

    Only what changed is computed: a result is known by the hash of what it depends on.
    """
    lock()
    state = _Run(Units.of(territory()), config.analysis_seed() if seed is None else seed)
    known = indicators.described()
    _indicators(state, known, progress)
    _challenges(state, known, progress)
    snapshot, new = _snapshot(state, author)
    return {
        "snapshot": snapshot.id,
        "numero": snapshot.numero,
        "criado_em": snapshot.criado_em.isoformat(),
        "novo": new,
        "computados": state.computed,
        "reaproveitados": len(state.results) + len(state.challenges) - len(state.computed),
        "indicadores": len(state.results),
        "desafios": len(state.challenges),
        "problemas": state.problems,
    }


def lock(key: int = LOCK) -> None:
    """Let only this transaction make or freeze a snapshot (or, with `DECISIONS_LOCK`, decide on a class)."""
    model.Session.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def open_newest() -> Snapshot | None:
    """The newest snapshot, for a decision to be seen in: a frozen one is carried on by an equal one that is not."""
    newest = model.Session.query(Snapshot).order_by(Snapshot.numero.desc()).first()
    if newest is None or newest.congelado_em is None:
        return newest
    kept = {name: getattr(newest, name) for name in ("conteudo_hash", "semente", "unidades_hash", "versoes")}
    carried = Snapshot(criado_em=datetime.now(timezone.utc), autor=newest.autor, **kept)
    model.Session.add(carried)
    model.Session.flush()
    for table, column in ((SnapshotResultado, "indicador"), (SnapshotDesafio, "desafio")):
        names = (column, "resultado_id")
        held = sa.select(sa.literal(carried.id), *(getattr(table, name) for name in names)).where(
            table.snapshot_id == newest.id
        )
        model.Session.execute(sa.insert(table).from_select(["snapshot_id", *names], held))
    return carried


# -- indicators --------------------------------------------------------------------------------------------------------
def _indicators(state: _Run, known: Sequence[indicators.Described], progress: Progress) -> None:
    inputs = _inputs(state, known)
    stored = _stored(Resultado, [item.key for item in inputs])
    missing = [item for item in inputs if item.key not in stored]
    _remember({item.data_hash: item.content for item in missing})
    for start in range(0, len(missing), BATCH):
        batch = [
            (item, result)
            for done, item in enumerate(missing[start : start + BATCH], start)
            if (result := _compute(state, item, progress, done, len(missing))) is not None
        ]
        stored |= _store(batch)
        state.computed += [item.described.name for item, _result in batch]
    for item in inputs:
        if item.key in stored:
            state.results[item.described.id] = (stored[item.key], item.key)
            state.names[item.described.name] = item.described.id


def _compute(state: _Run, item: _Input, progress: Progress, done: int, of: int) -> IndicatorResult | None:
    progress(done, of, item.described.name)
    try:
        return compute_indicator(observations.parse(item.content), item.method, state.units, item.groups)
    except (AnalysisError, ValueError) as error:
        state.problem(item.described.name, error)
        return None


def _inputs(state: _Run, known: Sequence[indicators.Described]) -> list[_Input]:
    tables = observations.read_all([item.resource_id for item in known if item.resource_id])
    found = []
    for item in known:
        content = tables.get(item.resource_id or "")
        if content is None:
            told = tk._("The resource has no table with the columns of observations.")
            state.problem(item.name, told if item.resource_id else tk._("No data have been loaded yet."))
            continue
        try:
            method = method_of(item.fields)
        except MethodProblem as error:
            state.problem(item.name, error)
            continue
        groups = groups_of(method, territory())
        data_hash = hashlib.sha256(content).hexdigest()
        key = indicator_key(item.id, data_hash, method, state.units, groups)
        found.append(_Input(item, content, data_hash, method, groups, key))
    return found


def _stored(table: Any, keys: Sequence[str]) -> dict[str, int]:
    """Which of the results are there already, by key."""
    return dict(model.Session.execute(sa.select(table.chave, table.id).where(table.chave.in_(keys))).tuples().all())


def _remember(contents: Mapping[str, bytes]) -> None:
    """Keep what results were made of; what is there already is not sent again."""
    there = set(model.Session.scalars(sa.select(Dados.hash).where(Dados.hash.in_(contents))))
    rows = [{"hash": name, "conteudo": content} for name, content in contents.items() if name not in there]
    if rows:
        model.Session.execute(sa.insert(Dados), rows)


def _store(batch: Sequence[tuple[_Input, IndicatorResult]]) -> dict[str, int]:
    """Write the results; returns their numbers by key."""
    if not batch:
        return {}
    described = [
        {
            "chave": item.key,
            "indicador": item.described.id,
            "dados_hash": item.data_hash,
            "metodo_hash": item.method.hash(),
            "metodo": item.method.as_dict(),
            "grupos": indicator_columns.plain_groups(item.groups),
            "ano_padrao": result.default_year,
            "suficiente": result.sufficient,
            "avisos": list(result.left_out),
        }
        for item, result in batch
    ]
    written = model.Session.execute(sa.insert(Resultado).returning(Resultado.chave, Resultado.id), described)
    numbers = dict(written.tuples().all())
    years = Copy("msativo_resultado_ano", indicator_columns.YEAR_COLUMNS)
    rows = Copy("msativo_criticidade", indicator_columns.COLUMNS, nested=("motivos",))
    for item, result in batch:
        years.add(numbers[item.key], result.years)
        rows.add(numbers[item.key], result.rows)
    years.send()
    rows.send()
    return numbers


# -- challenges --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Challenge:
    described: indicators.Described
    method: ChallengeMethod
    ends: dict[str, list[float | None]] | None
    key: str

    @property
    def cycle(self) -> str:
        return str(self.described.fields.get("ciclo") or "")


def _challenges(state: _Run, known: Sequence[indicators.Described], progress: Progress) -> None:
    inputs = _challenge_inputs(state, {item.name: item.fields for item in known})
    stored = _stored(DesafioResultado, [item.key for item in inputs])
    missing = [item for item in inputs if item.key not in stored]
    needed = {name.indicador for item in missing for name in item.method.indicadores} & set(state.names)
    facts = _facts({name: state.results[state.names[name]][0] for name in needed}, state.units)
    rows = Copy("msativo_foco", challenge_columns.COLUMNS, nested=("motivos", "notas"))

    def compute(item: _Challenge) -> ChallengeResult | AnalysisError:
        used = {part.indicador: facts.get(part.indicador) for part in item.method.indicadores}
        ends = {name: (pair[0], pair[1]) for name, pair in (item.ends or {}).items()}
        try:
            return compute_challenge(item.method, used, state.units, ends)
        except AnalysisError as error:
            return error

    # Pure and mostly inside numpy, so threads share the work; each challenge has a random stream of its own.
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        results = list(pool.map(compute, missing))
    for done, (item, result) in enumerate(zip(missing, results, strict=True)):
        progress(done, len(missing), item.described.name)
        if isinstance(result, AnalysisError):
            # One challenge that cannot be computed must not keep the others from it.
            state.problem(item.described.name, result)
            continue
        stored[item.key] = _store_challenge(item, result.facts)
        rows.add(stored[item.key], result.rows)
        state.computed.append(item.described.name)
    rows.send()
    state.challenges |= {item.described.id: (stored[item.key], item.key) for item in inputs if item.key in stored}


def _challenge_inputs(state: _Run, fields: Mapping[str, Mapping[str, Any]]) -> list[_Challenge]:
    found = []
    for item in indicators.described(challenges.TYPE):
        cycle = str(item.fields.get("ciclo") or "")
        frozen = snapshot_reading.frozen_result(item.id, cycle)
        try:
            declared = challenges.method_of({**item.fields, "name": item.name}, fields, state.seed)
            method = challenges.held_to(frozen.metodo if frozen else None, declared, item.fields)
        except MethodProblem as error:
            state.problem(item.name, error)
            continue
        ends = snapshot_reading.frozen_ends(frozen)
        keys = [state.results.get(state.names.get(part.indicador, ""), (0, None))[1] for part in method.indicadores]
        # The same numbers under another name or in another cycle are another result: decisions are on that one.
        key = challenge_result_key(item.id, cycle, challenge_key(method, ends, keys, state.units))
        found.append(_Challenge(item, method, ends, key))
    return found


def _facts(results: Mapping[str, int], units: Units) -> dict[str, IndicatorFacts]:
    """What challenges need of indicators, by name, from the stored rows of their default year."""
    found = snapshot_reading.default_rows(list(results.values()), units.codigos)
    return {name: IndicatorFacts(*found[result]) for name, result in results.items() if result in found}


def _store_challenge(item: _Challenge, facts: Mapping[str, Any]) -> int:
    stored = DesafioResultado(
        chave=item.key,
        desafio=item.described.id,
        ciclo=item.cycle,
        metodo=json.loads(canonical_json(item.method.as_dict())),
        limites=item.ends,
        fatos=facts,
    )
    model.Session.add(stored)
    model.Session.flush()
    return stored.id


# -- snapshot ----------------------------------------------------------------------------------------------------------
def _snapshot(state: _Run, author: str) -> tuple[Snapshot, bool]:
    """Record which results hold; an equal snapshot that is the newest is returned instead."""
    session = model.Session
    units = canonical_json(state.units.as_dict()).encode()
    units_hash = hashlib.sha256(units).hexdigest()
    keys = [{name: key for name, (_id, key) in found.items()} for found in (state.results, state.challenges)]
    identity = canonical_hash([*keys, state.seed, units_hash])
    newest = session.query(Snapshot).order_by(Snapshot.numero.desc()).first()
    if newest is not None and newest.conteudo_hash == identity:
        return newest, False
    _remember({units_hash: units})
    snapshot = Snapshot(
        conteudo_hash=identity,
        criado_em=datetime.now(timezone.utc),
        autor=author,
        semente=state.seed,
        unidades_hash=units_hash,
        versoes={name: version(name) for name in SOFTWARE},
    )
    session.add(snapshot)
    session.flush()
    for table, column, found in (
        (SnapshotResultado, "indicador", state.results),
        (SnapshotDesafio, "desafio", state.challenges),
    ):
        rows = [
            {"snapshot_id": snapshot.id, column: name, "resultado_id": result} for name, (result, _k) in found.items()
        ]
        if rows:
            session.execute(sa.insert(table), rows)
    return snapshot, True
