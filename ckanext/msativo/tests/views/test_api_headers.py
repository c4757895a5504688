"""Reads by GET can be asked again for nothing and be used by pages of other sites; writes and other answers cannot."""

from __future__ import annotations

from typing import Any

from ckanext.msativo.tests import factories
from ckanext.msativo.tests.test_permissions_world import Web
from ckanext.msativo.tests.views.world import World

READ = "/api/3/action/msativo_criticidade_list?indicador=alfa&limit=1"


def test_an_unchanged_answer_is_not_sent_again(world: World, app: Any) -> None:
    first = app.get(READ)
    again = app.get(READ, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.body
    other = app.get(READ.replace("alfa", "beta"), headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_other_sites_may_read_and_nothing_else(world: World, app: Any) -> None:
    assert app.get(READ).headers["Access-Control-Allow-Origin"] == "*"
    for address in ("/api/3/action/status_show", "/api/3/action/msativo_criticidade_list?indicador=nada"):
        assert "Access-Control-Allow-Origin" not in app.get(address, expect_errors=True).headers
    refused = app.post("/api/3/action/msativo_analysis_run", json={}, expect_errors=True)
    assert refused.status_code == 403 and "ETag" not in refused.headers


def test_an_answer_to_somebody_is_nobody_elses(world: World, app: Any) -> None:
    web = Web(app)
    answer = web.get(READ, headers=web.token(factories.member(world.coordenacao)))
    assert "private" in answer.headers["Cache-Control"] and "public" not in answer.headers["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in answer.headers
