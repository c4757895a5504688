"""The demonstration's figures beside the agencies' own, worked out by hand from published parts."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable

import pytest

from ckanext.msativo.catalogo import FOLDER as CATALOGUE
from ckanext.msativo.demo import AUXILIARIES, COLUMNS, data_files
from ckanext.msativo.sources.catalogo import read_catalogue
from ckanext.msativo.sources.notas import AUSENCIA, NOTAS
from ckanext.msativo.territory import load_territory

MS = load_territory("ms")
CATALOGUE_BY_NAME = {entry.name: entry for entry in read_catalogue(CATALOGUE)}
ROWS: list[dict[str, str]] = []
FILE_OF: dict[str, set[str]] = defaultdict(set)
for _path in data_files():
    with _path.open(encoding="utf-8", newline="") as _stream:
        for _row in csv.DictReader(_stream):
            ROWS.append(_row)
            FILE_OF[_row["indicador"]].add(_path.name)
BY_KEY = {(row["indicador"], row["codigo_ibge"], int(row["ano"])): row for row in ROWS}


def _values(indicador: str, ano: int) -> list[float]:
    return [
        float(row["valor"])
        for (name, _, year), row in BY_KEY.items()
        if name == indicador and year == ano and row["valor"]
    ]


def _total(column: str, indicador: str, ano: int) -> int:
    rows = [row for (name, _, year), row in BY_KEY.items() if (name, year) == (indicador, ano)]
    return sum(int(row[column]) for row in rows if row[column])


def test_files_are_tidy_utf8_with_unix_lines_and_small() -> None:
    for path in data_files():
        content = path.read_bytes()
        assert content.startswith((",".join(COLUMNS) + "\n").encode())
        assert b"\r" not in content and content.endswith(b"\n")
        content.decode("utf-8")
    assert sum(path.stat().st_size for path in data_files()) < 1_500_000


def test_a_municipality_has_one_row_per_indicator_and_year() -> None:
    assert len(BY_KEY) == len(ROWS)


def test_every_indicator_of_the_catalogue_has_data_and_the_other_way_round() -> None:
    assert set(FILE_OF) == set(CATALOGUE_BY_NAME) | set(AUXILIARIES)
    for name, entry in CATALOGUE_BY_NAME.items():
        assert FILE_OF[name] == {entry["arquivo"]}


def test_every_code_is_a_municipality_and_no_row_precedes_its_installation() -> None:
    for row in ROWS:
        assert MS.by_code[row["codigo_ibge"]].is_installed(int(row["ano"])), row


def test_every_note_is_explained_and_stands_where_it_belongs() -> None:
    for row in ROWS:
        assert row["nota"] == "" or row["nota"] in NOTAS
        assert (row["valor"] == "") == (row["nota"] in AUSENCIA), row


def test_a_value_with_parts_is_their_quotient() -> None:
    factors = {name: entry.get("fator") for name, entry in CATALOGUE_BY_NAME.items()}
    factors["grau-de-urbanizacao"] = 100
    seen = set()
    for row in ROWS:
        assert (row["numerador"] == "") == (row["denominador"] == "")
        factor = factors.get(row["indicador"])
        if row["numerador"] and factor:
            expected = int(row["numerador"]) / int(row["denominador"]) * factor
            assert float(row["valor"]) == pytest.approx(expected, abs=1e-6)
            seen.add(row["indicador"])
    assert seen == {"pib-per-capita", "impostos-no-pib", "suicidios", "grau-de-urbanizacao"}


def test_only_sources_with_events_and_population_have_parts() -> None:
    with_parts = {row["indicador"] for row in ROWS if row["numerador"]}
    assert "homicidios" not in with_parts and "mortalidade-infantil" not in with_parts


@pytest.mark.parametrize(
    ("indicador", "codigo", "ano", "expected"),
    [
        # Campo Grande 2021: R$ 35,187,898,694 (SIDRA 5938) / 916,001 inhabitants (SIDRA 6579)
        ("pib-per-capita", "5002704", 2021, 35_187_898_694 / 916_001),
        # Campo Grande 2021: taxes of R$ 5,213,759,911 in that GDP
        ("impostos-no-pib", "5002704", 2021, 100 * 5_213_759_911 / 35_187_898_694),
        ("ideb-anos-finais", "5000203", 2005, 3.5),  # Água Clara, rede pública (INEP)
        ("ideb-anos-finais", "5000203", 2023, 4.7),
        ("idhm", "5002704", 2010, 0.784),  # Campo Grande (Atlas Brasil)
        ("idhm", "5002704", 2000, 0.673),
        ("mortalidade-infantil", "5002704", 2010, 16.48),
        ("esperanca-de-vida", "5002704", 2010, 75.62),
        ("renda-domiciliar-per-capita", "5002704", 2010, 1089.37),
        ("desigualdade-de-renda", "5002704", 2010, 0.56),
        ("homicidios", "5003306", 2000, 9.47),  # Coxim (Atlas da Violência)
        ("pavimentacao-urbana", "5000203", 2017, 27.4),  # Água Clara (SNIS, IN020)
        ("drenagem-subterranea", "5000203", 2017, 10.9),  # IN021
        ("populacao", "5002704", 2022, 898_100),  # Campo Grande (Censo 2022)
    ],
)
def test_values_are_the_published_ones(indicador: str, codigo: str, ano: int, expected: float) -> None:
    assert float(BY_KEY[indicador, codigo, ano]["valor"]) == pytest.approx(expected, abs=1e-6)


def test_a_published_zero_of_tabnet_is_told_from_a_counted_death() -> None:
    """Água Clara: 1 death in 2008 among 13,623 inhabitants; TabNet has no row of it in 2018."""
    counted, none = BY_KEY["suicidios", "5000203", 2008], BY_KEY["suicidios", "5000203", 2018]
    assert (counted["numerador"], counted["denominador"], counted["nota"]) == ("1", "13623", "")
    assert float(counted["valor"]) == pytest.approx(100_000 / 13_623, abs=1e-6)
    assert (none["valor"], none["numerador"], none["nota"]) == ("0", "0", "sem_ocorrencia")


def test_a_municipality_tabnet_never_mentions_has_zero_in_every_year() -> None:
    rochedo = MS.by_slug["rochedo"].codigo_ibge
    notes = [BY_KEY["suicidios", rochedo, ano]["nota"] for ano in range(2008, 2019)]
    assert notes == ["sem_ocorrencia"] * 11


def test_deaths_add_up_to_the_tables_totals() -> None:
    totals = {2008: 182, 2013: 227, 2018: 268}
    assert {ano: _total("numerador", "suicidios", ano) for ano in totals} == totals


def test_the_population_of_the_2022_census_adds_up() -> None:
    assert _total("valor", "populacao", 2022) == 2_757_013
    assert _total("valor", "populacao", 2010) == 2_449_024  # Censo 2010


@pytest.mark.parametrize(
    ("indicador", "ano", "expected"),
    [
        ("ideb-anos-finais", 2005, 78),
        ("ideb-anos-finais", 2023, 74),
        ("pib-per-capita", 2002, 77),
        ("pib-per-capita", 2012, 78),
        ("pib-per-capita", 2013, 79),
        ("pib-per-capita", 2023, 79),
        ("impostos-no-pib", 2021, 79),
        ("impostos-no-pib", 2022, 0),
        ("idhm", 2010, 78),
        ("idhm", 2000, 77),
        ("homicidios", 2000, 77),
        ("homicidios", 2019, 79),
        ("suicidios", 2012, 78),
        ("suicidios", 2018, 79),
        ("pavimentacao-urbana", 2017, 61),
        ("pavimentacao-urbana", 2018, 57),
        ("pavimentacao-urbana", 2019, 58),
        ("pavimentacao-urbana", 2020, 68),
        ("pavimentacao-urbana", 2021, 75),
        ("pavimentacao-urbana", 2022, 79),
        ("populacao", 2011, 78),
        ("populacao", 2013, 79),
    ],
)
def test_coverage_is_the_sources(indicador: str, ano: int, expected: int) -> None:
    assert len(_values(indicador, ano)) == expected


def test_every_atlas_indicator_covers_all_78_of_2010_and_lacks_paraiso_das_aguas() -> None:
    names = [n for n, e in CATALOGUE_BY_NAME.items() if e["arquivo"] == "atlas-brasil.csv"]
    assert len(names) == 28
    for name in names:
        assert len(_values(name, 2010)) == 78
        assert not any(n == name and code == "5006275" for n, code, _ in BY_KEY)


def test_the_zero_homicides_of_years_before_installation_are_gone() -> None:
    years = [ano for name, code, ano in BY_KEY if (name, code) == ("homicidios", "5006275")]
    assert min(years) == 2013
    years = [ano for name, code, ano in BY_KEY if (name, code) == ("homicidios", "5003900")]
    assert min(years) == 2005


def test_marks_of_the_sources_became_reasons() -> None:
    missing = {(r["indicador"], r["nota"]) for r in ROWS if not r["valor"]}
    assert missing == {
        ("ideb-anos-finais", "traco"),
        ("saeb-matematica-anos-finais", "nd"),
        ("saeb-portugues-anos-finais", "nd"),
        ("impostos-no-pib", "nao_disponivel"),
    }


@pytest.mark.parametrize(
    ("matches", "low", "high"),
    [
        (lambda e: e["unidade"] == "%", 0, 100),
        (lambda e: e["unidade"] == "índice de 0 a 1", 0, 1),
        (lambda e: e["unidade"] == "índice de 0 a 10", 0, 10),
        (lambda e: e["unidade"].startswith("por 1.000"), 0, 100),
        (lambda e: e["unidade"].startswith("por 100 mil"), 0, 400),
        (lambda e: e["unidade"].startswith("R$"), 50, 500_000),
    ],
)
def test_values_stay_within_what_their_unit_allows(matches: Callable[[object], bool], low: float, high: float) -> None:
    names = {name for name, entry in CATALOGUE_BY_NAME.items() if matches(entry)}
    assert names
    values = [float(r["valor"]) for r in ROWS if r["indicador"] in names and r["valor"]]
    assert low <= min(values) and max(values) <= high
