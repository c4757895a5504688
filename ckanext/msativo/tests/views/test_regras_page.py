"""The comparison of rules on an indicator. ``alfa`` has the values 1 … 79, lower is better.

By hand: the worst quarter is from 1 + 0.75·78 = 59.5 on, 20 municipalities. Mean 40, standard deviation (n − 1)
√((79² − 1)/12 · 79/78) = 22.95: one deviation from the mean is 62.95, so 63 … 79, 17 municipalities, are beyond it, and
one and a half 74.42, so 75 … 79. The median absolute deviation is 20, and 40 + 1.5·1.4826·20 = 84.5: none beyond it.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup

from ckanext.msativo.tests.factories import TERRITORY
from ckanext.msativo.tests.views.conftest import Get
from ckanext.msativo.tests.views.world import BEST, WORST, World

ALFA = "/indicador/alfa/regras"
NAMES = [municipio.nome for municipio in TERRITORY.municipios]


def cards(page: BeautifulSoup) -> list[int]:
    return [int(card.b.text) for card in page.select(".ms-figure dd")]


def lines(page: BeautifulSoup) -> list[tuple[str, list[bool]]]:
    return [
        (row.th.text, [bool(cell.select(".ms-flag")) for cell in row.select(".ms-sign")])
        for row in page.select(".ms-compared tbody tr")
    ]


def counted(page: BeautifulSoup) -> list[list[int]]:
    """Per rule critical, attention, adequate, only by it."""
    table = page.find(id="contagem").find_parent("table")
    return [[int(cell.text) for cell in row.select("td.ms-num")] for row in table.select("tbody tr")]


def agreement(page: BeautifulSoup) -> list[list[str]]:
    table = page.find(id="acordo").find_parent("table")
    return [[cell.text.split()[0] for cell in row.select("td")] for row in table.select("tbody tr")]


def test_the_answer_is_how_many_depend_on_the_rule(world: World, get: Get) -> None:
    page = get(f"{ALFA}?regra=zscore")
    # 17 by both, 3 only by the quarter, 59 by none, 20 by the indicator's own rule.
    assert cards(page) == [17, 3, 59, 20]
    assert [row[0] for row in counted(page)] == [20, 17] and [row[3] for row in counted(page)] == [3, 0]
    assert agreement(page) == [["100", "85"], ["85", "100"]]


def test_those_on_which_the_rules_are_divided_come_first(world: World, get: Get) -> None:
    found = lines(get(f"{ALFA}?regra=zscore"))
    assert len(found) == 20
    assert [name for name, _flags in found[:3]] == sorted(NAMES[59:62])
    assert [flags for _name, flags in found] == [[True, False]] * 3 + [[True, True]] * 17


def test_without_a_choice_all_rules_that_need_no_numbers_are_compared(world: World, get: Get) -> None:
    page = get(ALFA)
    table = page.find(id="contagem").find_parent("table")
    told = [row.select_one("td").text for row in table.select("tbody tr") if row.select("td[colspan]")]
    # Two years are too few for a trend; limits are not declared.
    assert len(told) == 1 and "5" in told[0]
    checked = {box["value"] for box in page.select("input[name=regra][checked]")}
    assert checked == {"combinada", "jenks", "robust_z", "tendencia", "zscore"}
    assert page.select_one("#f-1-quantil")["value"] == "25" and page.select_one("#f-1-zscore")["value"] == "-1"


def test_numbers_can_be_given_as_people_write_them(world: World, get: Get) -> None:
    page = get(f"{ALFA}?regra=zscore&zscore.critico=-1,5")
    assert [row[0] for row in counted(page)] == [20, 5]
    assert page.select_one("#f-1-zscore")["value"] == "-1,5"
    page = get(f"{ALFA}?regra=robust_z")
    assert [row[0] for row in counted(page)] == [20, 0] and cards(page)[0] == 0


def test_the_own_rule_can_be_compared_with_itself_at_another_number(world: World, get: Get) -> None:
    page = get(f"{ALFA}?regra=quantil&quantil.p=50")
    # From the median on, 40 … 79; half of them by both.
    assert [row[0] for row in counted(page)] == [20, 40] and agreement(page)[0] == ["100", "50"]
    # With its own numbers it is there once.
    assert len(counted(get(f"{ALFA}?regra=quantil&quantil.p=25"))) == 1


def test_another_year_has_its_own_municipalities(world: World, get: Get) -> None:
    found = dict(lines(get(f"{ALFA}?ano=2019&regra=zscore")))
    # In 2019 the order is turned around.
    assert BEST.nome in found and WORST.nome not in found
    page = get(f"{ALFA}?ano=2019&regra=zscore")
    assert page.select_one("#ms-ano option[selected]").text == "2019"
    assert "ano=2019" in page.select_one(".ms-compared tbody a")["href"]


def test_the_files_are_of_the_rules_and_numbers_shown(world: World, get: Get, app: Any) -> None:
    page = get(f"{ALFA}?regra=zscore&zscore.critico=-1,5&regra=quantil&quantil.p=50&ano=2019")
    link = next(a["href"] for a in page.select(".ms-downloads a") if ".json" in a["href"])
    answer = json.loads(app.get(link).data)
    assert answer["ano"] == 2019
    assert [row["critico"] for row in answer["results"]] == [row[0] for row in counted(page)]
    link = next(a["href"] for a in page.select(".ms-downloads a") if ".csv" in a["href"])
    assert "p = 0.5" in app.get(link).data.decode()


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("regra=quantil&quantil.p=abc", ("#f-1-quantil", "abc")),
        ("regra=quantil&quantil.p=150", ("#f-1-quantil", "150")),
        ("regra=jenks&jenks.k=2", ("#f-1-jenks", "2")),
        ("regra=zscore&zscore.critico=nan", ("#f-1-zscore", "nan")),
        ("regra=limiar&limiar.verde=10", ("#f-1-limiar", "10")),
    ],
)
def test_what_makes_no_rule_is_told_and_what_was_typed_stays(
    world: World, get: Get, query: str, kept: tuple[str, str]
) -> None:
    page = get(f"{ALFA}?{query}", 400)
    assert page.select_one("#erros .ms-error").text.strip()
    selector, text = kept
    assert page.select_one(selector)["value"] == text


def test_a_number_out_of_bounds_is_not_taken_for_one(world: World, get: Get) -> None:
    for text in ("1e999", "-", "１２x", "1,2,3"):
        get(f"{ALFA}?regra=jenks&jenks.k={text}", 400)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"{ALFA}?regra=nada", 400),
        (f"{ALFA}?regra=-zscore", 400),
        (f"{ALFA}?ano=1999", 404),
        (f"{ALFA}?analise=999", 404),
        ("/indicador/nada/regras", 404),
    ],
)
def test_what_is_not_there_is_refused(world: World, get: Get, address: str, status: int) -> None:
    get(address, status)


def test_an_indicator_without_data_says_so(world: World, get: Get) -> None:
    assert get("/indicador/gama/regras").select_one(".ms-empty a")["href"] == "/indicador/gama"


def test_when_no_rule_flags_anyone_it_says_so(world: World, get: Get) -> None:
    page = get("/indicador/beta/regras?regra=zscore")
    assert cards(page)[:2] == [0, 0] and page.select_one(".ms-empty-inner")


def test_the_indicator_leads_there_in_its_year(world: World, get: Get) -> None:
    for query, expected in (("", ALFA), ("?aba=baixar", ALFA), ("?ano=2019", f"{ALFA}?ano=2019")):
        found = {link["href"] for link in get(f"/indicador/alfa{query}").select("main a[href]")}
        assert expected in found, query


def test_tables_have_captions_and_scopes_and_fields_labels(world: World, get: Get) -> None:
    page = get(ALFA)
    assert len(page.select("h1")) == 1
    assert all(table.caption for table in page.select("main table"))
    assert all(head.get("scope") for head in page.select("main table th"))
    ids = [field["id"] for field in page.select(".ms-rules input:not([type=checkbox])")]
    assert len(ids) == len(set(ids)) and all(page.select_one(f'label[for="{name}"]') for name in ids)
