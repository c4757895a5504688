"""The resource views: any table of municipalities judged, an indicator's own as its page says, a challenge's focus."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from urllib.parse import quote

import ckan.lib.datapreview as datapreview
import ckan.plugins.toolkit as tk
import pytest
from bs4 import BeautifulSoup
from ckan.tests import factories as ckan_factories
from ckan.tests import helpers

from ckanext.msativo.logic.portal import portal_context
from ckanext.msativo.territory import load_territory
from ckanext.msativo.tests import factories
from ckanext.msativo.tests.factories import CODES, TERRITORY, load_values
from ckanext.msativo.tests.test_permissions_world import Web
from ckanext.msativo.tests.views.conftest import Get
from ckanext.msativo.vistas import columns

WORST, BEST = TERRITORY.municipios[-1], TERRITORY.municipios[0]
VIEW = "msativo_critica_view"
LOWER = {"polaridade": "menor_melhor"}
# In 2020 the i-th municipality has i: 20 critical, 20 in attention, 39 adequate (see `world.py`); in 2019 80 − i.
ROWS = [{"cod": code, "ano": 2020, "taxa": i} for i, code in enumerate(CODES, 1)]
ROWS += [{"cod": code, "ano": 2019, "taxa": 80 - i} for i, code in enumerate(CODES, 1)]
TYPES = {"cod": "text", "ano": "int4", "taxa": "float8"}
Rows = list[dict[str, Any]]


def table(owner: dict[str, Any], rows: Rows | None = None, fields: Any = None, **dataset: Any) -> dict[str, Any]:
    """A dataset of CKAN's own type with one table; returns the resource with ``package_name``."""
    package = ckan_factories.Dataset(owner_org=owner["id"], title="Um conjunto", **dataset)
    given = {
        "resource": {"package_id": package["id"], "name": "tabela"},
        "fields": fields or [{"id": name, "type": kind} for name, kind in TYPES.items()],
        "records": ROWS if rows is None else rows,
        "force": True,
    }
    made = tk.get_action("datastore_create")(portal_context(), given)
    resource = helpers.call_action("resource_show", id=made["resource_id"])
    return {**resource, "package_name": package["name"]}


def address(resource: dict[str, Any], view: dict[str, Any] | None = None, kind: str = "dataset") -> str:
    """CKAN's page of one view; without one saved, the options go in the address, as CKAN's preview does."""
    base = f"/{kind}/{resource['package_name']}/resource/{resource['id']}/view"
    if view is not None and "id" in view:
        return f"{base}/{view['id']}"
    return f"{base}?resource_view={quote(json.dumps({'view_type': VIEW, 'title': 'Vista', **(view or {})}))}"


def shapes(page: BeautifulSoup) -> Counter[str]:
    return Counter(link["class"][0] for link in page.select(".ms-map a"))


def cards(page: BeautifulSoup) -> list[str]:
    return [" ".join(card.get_text(" ", strip=True).split()) for card in page.select(".ms-figure dd")]


def save(resource: dict[str, Any], **options: Any) -> dict[str, Any]:
    given = {"resource_id": resource["id"], "view_type": VIEW, "title": "Minha vista", **options}
    return tk.get_action("resource_view_create")(portal_context(), given)


def problem(page: BeautifulSoup) -> str:
    assert not page.select(".ms-map")
    return page.select_one(".ms-frame-problem").text


def test_a_plain_table_is_judged_as_counted_by_hand(coordenacao: dict[str, Any], get: Get) -> None:
    resource = table(coordenacao)
    view = save(resource, unidade="por mil", casas="1", **LOWER)
    page = get(address(resource, view))
    assert shapes(page) == {"is-critico": 20, "is-atencao": 20, "is-adequado": 39}
    assert [int(item.b.text) for item in page.select(".ms-legend li")] == [20, 20, 39, 0]
    assert cards(page)[0].startswith("20 ") and cards(page)[1:] == ["40,0", "79 / 79", "≥ 59,5"]
    assert page.h1.text == "Minha vista" and page.select_one(".ms-ranked tbody th a").text == WORST.nome
    why = page.select_one("#porque").text
    assert WORST.nome in why and "79,0 por mil" in why and "59,5" in why
    # The same, inside CKAN's page of the resource.
    inside = get(f"/dataset/{resource['package_name']}/resource/{resource['id']}?view_id={view['id']}")
    assert shapes(inside) == shapes(page) and len(inside.select("h1")) == 1


def test_year_municipality_table_and_colour_are_in_the_address(coordenacao: dict[str, Any], get: Get) -> None:
    resource = table(coordenacao)
    base = address(resource, save(resource, **LOWER))
    assert BEST.nome in get(f"{base}?ano=2019").select_one("#porque").text
    assert BEST.nome in get(f"{base}?municipio={BEST.slug}").select_one("#porque").text
    rows = get(f"{base}?aba=tabela").select(".ms-full tbody tr")
    assert len(rows) == 79 and all(row.select_one(".ms-why-cell").text for row in rows)
    assert shapes(get(f"{base}?cor=valor")) == {"is-v1": 16, "is-v2": 16, "is-v3": 15, "is-v4": 16, "is-v5": 16}
    links = [link["href"] for link in get(base).select(".ms-map a")]
    assert all(link.startswith(base) for link in links)
    assert "2019, 2020" in get(f"{base}?ano=1998", 404).text
    get(f"{base}?municipio=atlantida", 404)
    get(f"{base}?cor=rosa", 400)
    get(f"{base}?ordem=xyz", 400)


def test_another_rule_and_its_numbers_are_used(coordenacao: dict[str, Any], get: Get) -> None:
    resource = table(coordenacao)
    # The worst tenth: the cut is 1 + 0.9 · 78 = 71.2, so 72 … 79.
    assert shapes(get(address(resource, {**LOWER, "quantil_p": "0.1"})))["is-critico"] == 8
    limits = {"regra": "limiar", "corte_verde": "10", "corte_vermelho": "70", **LOWER}
    # Worse than 70: 71 … 79; up to 10 adequate.
    assert shapes(get(address(resource, limits))) == {"is-critico": 9, "is-atencao": 60, "is-adequado": 10}


def test_names_short_codes_and_numbers_are_found_and_other_places_left_out(
    coordenacao: dict[str, Any], get: Get
) -> None:
    rows = [
        {"Município": m.nome if i % 2 else m.codigo_ibge[:6], "Exercício": "2021", "Índice": f"{i},5"}
        for i, m in enumerate(TERRITORY.municipios)
    ]
    rows += [
        {"Município": "3550308", "Exercício": "2021", "Índice": "7,5"},
        {"Município": "Brasil", "Exercício": "2021"},
    ]
    fields = [{"id": name, "type": "text"} for name in ("Município", "Exercício", "Índice")]
    page = get(address(table(coordenacao, rows, fields), LOWER))
    assert shapes(page) == {"is-critico": 20, "is-atencao": 20, "is-adequado": 39}
    assert "78,5" in page.select_one("#porque").text
    assert any(note.text.strip().startswith("2 ") for note in page.select(".ms-note"))


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([], "linhas"),
        ([{"cod": CODES[0], "ano": 2020, "taxa": 1}, {"cod": CODES[0], "ano": 2020, "taxa": 2}], "2020"),
        ([{"cod": "3550308", "ano": 2020, "taxa": 1}], "cod"),
        ([{"cod": CODES[0], "ano": 20, "taxa": 1}], "20"),
        ([{"cod": CODES[0], "ano": 2020, "taxa": None}], ""),
    ],
    ids=["empty", "twice", "another state", "no year", "no value"],
)
def test_a_table_that_does_not_fit_says_why(coordenacao: dict[str, Any], get: Get, rows: Rows, told: str) -> None:
    told_columns = {"coluna_codigo": "cod", "coluna_ano": "ano", "coluna_valor": "taxa"}
    said = problem(get(address(table(coordenacao, rows), told_columns)))
    assert len(said.split()) > 5 and (told in said or not told or not rows)


@pytest.mark.parametrize(
    "options",
    [
        {"coluna_valor": "nada"},
        {"coluna_valor": "ano"},
        {"regra": "outra"},
        {"regra": {"a": 1}, "casas": "-3"},
        {"quantil_p": "2"},
        {"quantil_p": "muito"},
        {"regra": "limiar"},
        {"regra": "combinada", "expressao": "quantil"},
        {"polaridade": ["x"], "casas": "99"},
        {"title": {"x": 1}, "casas": "1e9"},
    ],
)
def test_options_that_make_no_view_are_told_wherever_they_come_from(
    coordenacao: dict[str, Any], get: Get, options: dict[str, Any]
) -> None:
    assert problem(get(address(table(coordenacao), options)))


def test_a_wrong_option_is_told_with_its_field(coordenacao: dict[str, Any], get: Get) -> None:
    assert "Regra: “outra”" in problem(get(address(table(coordenacao), {"regra": "outra"})))


@pytest.mark.parametrize(
    ("field", "options"),
    [
        ("regra", {"regra": "outra"}),
        ("quantil_p", {"quantil_p": "2"}),
        ("corte_vermelho", {"regra": "limiar", "corte_verde": "90", "corte_vermelho": "95"}),
        ("casas", {"casas": "muitas"}),
        ("polaridade", {"polaridade": "de lado"}),
    ],
)
def test_a_form_with_a_wrong_choice_is_not_saved(
    coordenacao: dict[str, Any], field: str, options: dict[str, str]
) -> None:
    with pytest.raises(tk.ValidationError) as refused:
        save(table(coordenacao), **options)
    assert field in refused.value.error_dict


def test_the_view_is_offered_only_where_it_fits_and_never_made_alone(coordenacao: dict[str, Any]) -> None:
    plugin = datapreview.get_view_plugin(VIEW)
    assert plugin is not None
    fits = table(coordenacao)
    fields = [{"id": "a", "type": "text"}, {"id": "b", "type": "text"}]
    other = table(coordenacao, [{"a": "x", "b": "y"}], fields)
    assert plugin.can_view({"resource": fits, "package": {}})
    assert not plugin.can_view({"resource": other, "package": {}})
    assert not plugin.can_view({"resource": {**fits, "datastore_active": False}, "package": {}})
    assert not plugin.can_view({"resource": {"id": "none", "datastore_active": True}, "package": {}})
    made = {view["view_type"] for view in helpers.call_action("resource_view_list", id=fits["id"])}
    assert not made & {VIEW, "msativo_foco_view"}


def test_the_form_offers_the_columns_and_says_what_each_choice_is(coordenacao: dict[str, Any], app: Any) -> None:
    resource = table(coordenacao)
    web = Web(app)
    path = f"/dataset/{resource['package_name']}/resource/{resource['id']}/new_view?view_type={VIEW}"
    page = BeautifulSoup(web.get(path, headers=web.token(ckan_factories.Sysadmin())).body, "html.parser")
    chosen = [option["value"] for option in page.select("#field-coluna_valor option")]
    assert chosen == ["", "cod", "ano", "taxa"]
    assert {"quantil", "limiar", "jenks"} <= {option["value"] for option in page.select("#field-regra option")}
    assert page.select("#field-quantil_p") and page.select("#field-casas")
    labels = {label["for"] for label in page.select("label[for]")}
    assert {field["id"] for field in page.select("form [id^=field-]")} <= labels | {"field-view_type"}


def test_an_indicators_own_table_shows_what_its_page_shows(world: Any, get: Get) -> None:
    dataset = helpers.call_action("package_show", id="alfa")
    resource = {**dataset["resources"][0], "package_name": "alfa"}
    # What the view would choose otherwise has no say: the analysis does.
    view = get(address(resource, {"polaridade": "maior_melhor", "regra": "jenks"}, "indicador"))
    page = get("/indicador/alfa")
    assert shapes(view) == shapes(page) and cards(view) == cards(page)
    assert [row.a.text for row in view.select(".ms-ranked tbody th")] == [
        row.a.text for row in page.select(".ms-ranked tbody th")
    ]


HIDDEN = {"private": {"private": True}, "draft": {"state": "draft"}, "deleted": {"state": "deleted"}}


@pytest.mark.parametrize("how", HIDDEN)
def test_a_view_of_a_hidden_table_is_refused(coordenacao: dict[str, Any], get: Get, how: str) -> None:
    resource = table(coordenacao)
    view = save(resource)
    factories.patch({"id": resource["package_id"]}, **HIDDEN[how])
    get(address(resource, view), 404)
    get(address(resource, LOWER), 404)


def test_a_table_is_read_as_its_reader_and_no_other(coordenacao: dict[str, Any], get: Get) -> None:
    """A view in an address cannot name another resource's table."""
    hidden, shown = table(coordenacao, private=True), table(coordenacao, [])
    page = get(address(shown, {"resource_id": hidden["id"], "resource": {"id": hidden["id"]}}))
    assert problem(page)


class TestFocus:
    @pytest.fixture
    def desafio(self, coordenacao: dict[str, Any]) -> dict[str, Any]:
        parts = [factories.Indicador(owner_org=coordenacao["id"], name=name) for name in ("um", "dois")]
        for one in parts:
            load_values(one, {code: i for i, code in enumerate(CODES, 1)})
        indicadores = [factories.part(one, ancora=True) for one in parts]
        made = factories.Desafio(name="reto", owner_org=coordenacao["id"], indicadores=indicadores)
        helpers.call_action("msativo_analysis_run")
        return made

    def resource(self, package: dict[str, Any]) -> dict[str, Any]:
        made = ckan_factories.Resource(package_id=package["id"], url="https://dados.exemplo.org/foco.csv", format="CSV")
        return {**made, "package_name": package["name"]}

    def view(self, resource: dict[str, Any], **options: Any) -> dict[str, Any]:
        given = {"resource_id": resource["id"], "view_type": "msativo_foco_view", "title": "Foco", **options}
        return tk.get_action("resource_view_create")(portal_context(), given)

    def test_the_challenge_of_the_dataset_is_shown_without_being_chosen(
        self, desafio: dict[str, Any], get: Get
    ) -> None:
        resource = self.resource(desafio)
        page = get(address(resource, self.view(resource), "desafio"))
        own = get("/desafio/reto")
        assert shapes(page) == shapes(own) and sum(shapes(page).values()) == 79 and cards(page) == cards(own)
        assert page.select(".ms-interval") and page.select_one("#ms-frame-why p").text
        rows = get(address(resource, self.view(resource), "desafio") + "?aba=tabela").select(".ms-full tbody tr")
        assert len(rows) == 79

    def test_any_resource_may_tell_of_a_challenge(
        self, desafio: dict[str, Any], coordenacao: dict[str, Any], get: Get
    ) -> None:
        resource = self.resource(ckan_factories.Dataset(owner_org=coordenacao["id"]))
        plain = get(address(resource, self.view(resource)))
        assert problem(plain)
        chosen = get(address(resource, self.view(resource, desafio="reto")))
        assert sum(shapes(chosen).values()) == 79
        with pytest.raises(tk.ValidationError):
            self.view(resource, desafio="um")
        factories.patch(desafio, private=True)
        assert problem(get(address(resource, {"view_type": "msativo_foco_view", "desafio": "reto"})))


# -- columns: pure -----------------------------------------------------------------------------------------------------
FINDER = columns.Finder(load_territory("ms"))


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"codigo_ibge": "5002704", "ano": 2020, "valor": 1.5}, ("codigo_ibge", "ano", "valor")),
        ({"x": "Campo Grande", "y": "2020", "z": "1,5"}, ("x", "y", "z")),
        ({"valor": 9, "nota": "a", "Ano": 2020, "CO_MUNICIPIO": 500270}, ("CO_MUNICIPIO", "Ano", "valor")),
        ({"ano": 2020, "municipio": "Campo Grande", "populacao": 906092}, ("municipio", "ano", "populacao")),
        ({"data": "2020-01-01", "cidade": "Campo Grande - MS", "taxa": 3}, ("cidade", "data", "taxa")),
        ({"codigo": "3550308", "ano": 2020, "valor": 1}, None),
        ({"codigo_ibge": "5002704", "valor": "alto"}, None),
        ({"codigo_ibge": "5002704", "ano": 2020, "valor": "alto"}, None),
        ({}, None),
    ],
)
def test_columns_are_known_by_name_or_by_what_they_hold(row: dict[str, Any], found: Any) -> None:
    guessed = columns.guess(list(row), [row], FINDER)
    assert (guessed and (guessed.codigo, guessed.ano, guessed.valor)) == found
