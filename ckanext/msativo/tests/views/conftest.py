"""Fixtures of the page tests. Pages only read, so one portal serves all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup

from ckanext.msativo.logic import pages
from ckanext.msativo.tests.conftest import truncate_results
from ckanext.msativo.tests.views.world import World, build

_built: list[World] = []


@pytest.fixture
def world(
    with_plugins: Any,
    reset_db: Any,
    migrate_db_for: Any,
    reset_index: Any,
    clean_queues: Any,
    with_request_context: Any,
) -> World:
    """The portal of `world.py`; built again only when another test has emptied the database since."""
    try:
        standing = pages.snapshot(_built[-1].snapshot) if _built else None
    except Exception:
        standing = None
    if standing is None:
        truncate_results()
        reset_db()
        for plugin in ("activity", "msativo"):
            migrate_db_for(plugin)
        reset_index()
        _built.append(build())
    return _built[-1]


Get = Callable[..., BeautifulSoup]


@pytest.fixture
def get(app: Any) -> Get:
    """Read a page as someone without an account and parse it; its status must be the one expected."""

    def read(address: str, status: int = 200) -> BeautifulSoup:
        answer = app.get(address, follow_redirects=False)
        assert answer.status_code == status, (address, answer.status_code, answer.body[-600:])
        return BeautifulSoup(answer.body, "html.parser")

    return read
