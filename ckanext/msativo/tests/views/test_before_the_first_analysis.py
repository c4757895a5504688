"""A portal that has just been set up: every page stands and says what comes next."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.msativo.tests.views.conftest import Get


def test_each_page_says_that_there_is_no_analysis_yet(indicador: dict[str, Any], get: Get) -> None:
    addresses = ("/", "/municipios", "/municipios/japora", f"/indicador/{indicador['name']}")
    for address in addresses:
        page = get(address)
        assert page.select_one(".ms-empty"), address
    assert len(get("/municipios").select(".ms-municipios tbody tr")) == 79
    assert len(get("/indicador/").select(".ms-indicators tbody tr")) == 1
    get("/busca?q=japora", 302)


@pytest.mark.parametrize("name", ["criticidade", "municipios", "cobertura"])
def test_downloads_are_empty_tables(portal: None, app: Any, name: str) -> None:
    for extension in ("csv", "json", "xlsx"):
        assert app.get(f"/dados/{name}.{extension}").status_code == 200


def test_a_portal_without_indicators_says_so(portal: None, get: Get) -> None:
    assert get("/indicador/").select_one(".ms-empty")
