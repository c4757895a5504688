"""A live portal for the tests that need a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from ckanext.msativo.tests.views.conftest import world


class Quiet(WSGIRequestHandler):
    """Does not log each file a page loads."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextmanager
def serving(make_app: Any, ckan_config: Any) -> Iterator[str]:
    """Serve the test portal on a free port; yields its address."""
    server = make_server("127.0.0.1", 0, make_app().flask_app, threaded=True, request_handler=Quiet)
    address = f"http://127.0.0.1:{server.port}"
    before = ckan_config["ckan.site_url"]
    ckan_config["ckan.site_url"] = address
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
        ckan_config["ckan.site_url"] = before


@pytest.fixture
def live(world: Any, make_app: Any, ckan_config: Any) -> Iterator[str]:
    """The address of a server of the portal of the page tests."""
    with serving(make_app, ckan_config) as address:
        yield address


@pytest.fixture
def page(browser: Any, live: str) -> Iterator[Any]:
    """A page at desk width whose addresses are the portal's; no request may leave it and no script may fail."""
    context = browser.new_context(base_url=live, viewport={"width": 1280, "height": 900}, locale="pt-BR")
    tab = context.new_page()
    astray: list[str] = []
    failed: list[str] = []
    tab.on("request", lambda request: request.url.startswith((live, "data:")) or astray.append(request.url))
    tab.on("pageerror", lambda error: failed.append(str(error)))
    yield tab
    context.close()
    assert not astray and not failed, (astray, failed)


__all__ = ["live", "page", "serving", "world"]
