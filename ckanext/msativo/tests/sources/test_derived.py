"""Computed indicators, against figures worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.sources import Observations, Provenance
from ckanext.msativo.sources.derived import Computed, Derived, DerivedError, evaluate
from ckanext.msativo.sources.notas import AUSENCIA

A, B = "5002704", "5003207"
NAN = float("nan")


def series(**by_place: dict[int, float | tuple[float, str]]) -> Observations:
    places = {"a": A, "b": B}
    cells = [(places[name], ano, cell) for name, years in by_place.items() for ano, cell in years.items()]
    pairs = [cell if isinstance(cell, tuple) else (cell, None) for _, _, cell in cells]
    return Observations.of(
        [code for code, _, _ in cells],
        [ano for _, ano, _ in cells],
        [value for value, _ in pairs],
        nota=[nota for _, nota in pairs],
        row=list(range(2, 2 + len(cells))),
    )


def found(computed: Computed, name: str = "x") -> dict[tuple[str, int], tuple[float, str | None]]:
    rows = computed.series[name]
    keys = zip(rows.codigo_ibge, rows.ano.tolist(), strict=True)
    return dict(zip(keys, zip(rows.valor.tolist(), rows.nota.tolist(), strict=True), strict=True))


DEATHS = series(
    a={2019: 10, 2020: (0, "sem_ocorrencia"), 2021: 30},
    b={2019: (NAN, "suprimido"), 2020: 4, 2021: 2, 2022: 1},
)
PEOPLE = series(a={2019: 200_000, 2020: 250_000, 2021: 240_000}, b={2019: 1000, 2020: 0, 2021: (NAN, "nao_disponivel")})
LOADED = {"obitos": DEATHS, "populacao": PEOPLE}


def compute(*declared: Derived) -> Computed:
    return evaluate(declared, LOADED)


def test_a_rate_per_100_000() -> None:
    computed = compute(Derived("x", "razao", "obitos", "populacao", 100_000))
    rates = found(computed)
    assert rates[A, 2019] == (5, None)  # 10 / 200,000
    assert rates[A, 2020] == (0, "sem_ocorrencia")
    assert rates[A, 2021] == (12.5, None)
    assert math.isnan(rates[B, 2019][0])
    reasons = {ano: rates[B, ano][1] for ano in (2019, 2020, 2021, 2022)}
    assert reasons == {2019: "suprimido", 2020: "denominador_zero", 2021: "nao_disponivel", 2022: "sem_denominador"}
    rows = computed.series["x"]
    assert (rows.numerador[0], rows.denominador[0], rows.row[0]) == (10, 200_000, 2)


def test_pooling_sums_events_and_people_before_dividing() -> None:
    rates = found(compute(Derived("x", "acumulada", "obitos", "populacao", 100_000, anos=3)))
    # (10 + 0 + 30) / (200,000 + 250,000 + 240,000)
    assert rates[A, 2021][0] == pytest.approx(40 / 690_000 * 100_000)
    assert rates[A, 2020][1] == "anos_incompletos"
    assert rates[B, 2021][1] == "anos_incompletos"


def test_change_and_percent_change_over_years() -> None:
    computed = compute(
        Derived("x", "variacao", "obitos", anos=2), Derived("y", "variacao_percentual", "populacao", fator=100)
    )
    assert found(computed)[A, 2021] == (20, None)
    assert found(computed)[A, 2019][1] == "sem_ano_anterior"
    growth = found(computed, "y")
    assert growth[A, 2020] == (25, None)  # 200,000 to 250,000
    assert growth[B, 2020] == (-100, None)
    assert growth[B, 2021][1] == "nao_disponivel"


def test_one_computed_indicator_may_rest_on_another_in_any_order() -> None:
    computed = compute(
        Derived("x", "variacao", "taxa"),
        Derived("taxa", "razao", "obitos", "populacao", 100_000, unidade="por 100 mil"),
    )
    assert list(computed.series) == ["x", "taxa"]
    assert found(computed)[A, 2021] == (12.5, None)


def test_provenance_names_both_sources_and_the_steps() -> None:
    origins = {
        "obitos": Provenance("Óbitos", fonte="SIM", notas=("preliminar",)),
        "populacao": Provenance("População", fonte="IBGE"),
    }
    declared = [Derived("taxa", "razao", "obitos", "populacao", 100_000), Derived("x", "variacao", "taxa", anos=2)]
    computed = evaluate(declared, LOADED, origins)
    origin = computed.provenance["x"]
    assert origin.fonte == "SIM; IBGE"
    assert origin.notas == ("preliminar",)
    assert "obitos: Óbitos (SIM)" in origin.etapas
    assert "taxa = razao(obitos / populacao × 100000)" in origin.etapas
    assert origin.etapas[-1] == "x = variacao(taxa × 1, 2)"


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        ([Derived("x", "soma", "obitos")], "operation_unknown"),
        ([Derived("x", "razao", "obitos")], "denominator_needed"),
        ([Derived("x", "variacao", "obitos", "populacao")], "denominator_unused"),
        ([Derived("x", "razao", "obitos", "populacao", 0)], "factor_invalid"),
        ([Derived("x", "razao", "obitos", "populacao", NAN)], "factor_invalid"),
        ([Derived("x", "variacao", "obitos", anos=0)], "years_invalid"),
        ([Derived("x", "razao", "obitos", "domicilios")], "series_missing"),
        ([Derived("obitos", "variacao", "populacao")], "name_twice"),
        ([Derived("x", "variacao", "y"), Derived("y", "variacao", "x")], "cycle"),
        ([Derived("x", "variacao", "x")], "cycle"),
    ],
)
def test_declarations_that_cannot_be_evaluated_are_named(declared: list[Derived], code: str) -> None:
    with pytest.raises(DerivedError) as error:
        evaluate(declared, LOADED)
    assert [problem.code for problem in error.value.problems] == [code]
    assert declared[0].name in str(error.value)


figures = st.dictionaries(st.integers(2000, 2010), st.none() | st.integers(0, 50).map(float), max_size=11)


@given(figures, figures, st.integers(1, 4))
def test_pooled_rates_equal_the_sums_of_a_plain_loop(top: dict, bottom: dict, years: int) -> None:
    def held(cells: dict) -> Observations:
        return series(a={ano: (NAN, "suprimido") if cell is None else cell for ano, cell in cells.items()})

    declared = [Derived("x", "acumulada", "n", "d", 10, anos=years)]
    for (_, ano), (value, nota) in found(evaluate(declared, {"n": held(top), "d": held(bottom)})).items():
        window = range(ano - years + 1, ano + 1)
        cells = [(top.get(year), bottom.get(year)) for year in window]
        whole = all(n is not None and d is not None for n, d in cells)
        below = sum(d or 0 for _, d in cells)
        if whole and below:
            assert value == pytest.approx(10 * sum(n or 0 for n, _ in cells) / below)
        else:
            assert math.isnan(value)
            assert nota in AUSENCIA
