"""A real browser for the tests, one for the whole run.

Without Chromium they are skipped, unless ``MSATIVO_REQUIRE_BROWSER=1``: then they fail. ``MSATIVO_CHROMIUM`` names it
when it is not on the path.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def _chromium() -> str | None:
    return os.environ.get("MSATIVO_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def _without(reason: str) -> None:
    if os.environ.get("MSATIVO_REQUIRE_BROWSER") == "1":
        pytest.fail(f"MSATIVO_REQUIRE_BROWSER=1, but {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    executable = _chromium()
    if not executable:
        _without("there is no Chromium here: install it, or name it in MSATIVO_CHROMIUM.")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=executable, args=QUIET)
        yield chromium
        chromium.close()
