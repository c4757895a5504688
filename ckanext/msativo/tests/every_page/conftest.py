"""Fixtures of the tests of every page."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import pytest

from ckanext.msativo.tests.every_page.world import Portal, build
from ckanext.msativo.tests.test_permissions_world import world as people  # noqa: F401 - the fixture

_made: list[Portal] = []


@pytest.fixture
def every(with_plugins: Any, with_request_context: Any, request: pytest.FixtureRequest) -> Portal:
    """The portal of `world.py`: its pages are only read, so it is made once, and again when another test emptied it."""
    if not _made or model.Group.get(_made[0].world.orgs["terceira"]["id"]) is None:
        _made[:] = [build(request.getfixturevalue("people"))]
    return _made[0]
