"""Topic ``portal``: a whole analysis of the demonstration, PostgreSQL included, beside a stock ``package_create``.

Servers and portal are the bench's own, made for it and removed after it. A run is made to compute everything by raising
the number of its algorithm; one indicator is changed through CKAN's own ``datastore_upsert``, which is not timed.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from time import perf_counter
from typing import Any

from bench.registry import bench
from bench.rows import Goal, Row
from bench.timing import COST, paired
from devstack.ckan import Ckan
from devstack.profile import Profile

TURNS = 9
REFERENCE = "package_create"
SCALE = "39 indicators, 4 challenges"
INDICATOR, CHALLENGE, CODE, YEAR = "pobreza-infantil", "infancia-protegida", "5002704", 2010


@contextmanager
def standing_portal() -> Iterator[Any]:
    """The demonstration in servers of its own: its application, and a request of it around what is measured."""
    profile = Profile("bench")
    ckan = Ckan(profile)
    try:
        profile.start_servers()
        ckan.configure()
        for command in (("db", "upgrade"), ("db", "pending-migrations", "--apply"), ("msativo", "demo")):
            ckan.command(*command)
        os.environ.update(profile.urls())
        from ckan.cli import load_config
        from ckan.config.middleware import make_app

        app: Any = make_app(load_config(str(ckan.ini)))
        with app._wsgi_app.test_request_context():
            yield app
    finally:
        profile.stop()
        profile.postgres.remove()
        shutil.rmtree(profile.folder, ignore_errors=True)


@bench("portal")
def portal() -> Iterator[Row]:
    with standing_portal():
        turns = [_turn(number) for number in range(TURNS + 1)][1:]
    creates, fulls, singles = zip(*turns, strict=True)
    for operation, ours, most in (("full run", fulls, 10), ("run after one indicator changed", singles, 2)):
        same = "all results in the snapshot" if operation == "full run" else "only what changed computed"
        yield paired(operation, SCALE, "s", REFERENCE, ours, creates, COST, Goal(at_most=most), same)


_numbers = count(1_000_000)


def _turn(number: int) -> tuple[float, float, float]:
    """Seconds of a dataset's creation, of a run that computes everything, and of one after a single change."""
    import ckan.plugins.toolkit as tk

    from ckanext.msativo.logic import indicators
    from ckanext.msativo.logic.portal import portal_context
    from ckanext.msativo.snapshots import challenge, indicator

    def act(action: str, **data: Any) -> tuple[float, Any]:
        started = perf_counter()
        answer = tk.get_action(action)(portal_context(), data)
        return perf_counter() - started, answer

    owner = act("organization_show", id="coordenacao-ms-ativo")[1]["id"]
    created, _dataset = act("package_create", name=f"bench-{number}", title="Bench", notes="Bench", owner_org=owner)
    indicator.ALGORITHM = challenge.ALGORITHM = next(_numbers)
    full, outcome = act("msativo_analysis_run")
    assert len(outcome["computados"]) == outcome["indicadores"] + outcome["desafios"], outcome
    resource = indicators.resource_of(indicators.show(INDICATOR))
    assert resource is not None
    row = {"codigo_ibge": CODE, "ano": YEAR, "valor": 10 + number / 10}
    act("datastore_upsert", resource_id=resource["id"], method="update", records=[row], force=True)
    single, outcome = act("msativo_analysis_run")
    assert outcome["computados"] == [INDICATOR, CHALLENGE], outcome
    return created, full, single
