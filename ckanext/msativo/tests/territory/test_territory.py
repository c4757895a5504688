"""The bundled Mato Grosso do Sul and what one may ask of a territory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.territory import (
    LEVELS,
    Territory,
    UnknownLevel,
    UnknownMunicipio,
    load_territory,
)
from ckanext.msativo.territory.codes import has_valid_check_digit, slugify

MS = load_territory("ms")
CODES = [municipio.codigo_ibge for municipio in MS.municipios]


def _names(territory: Territory, codes: frozenset[str]) -> set[str]:
    return {territory.by_code[code].nome for code in codes}


def test_mato_grosso_do_sul_has_79_municipalities_and_one_capital() -> None:
    assert (MS.sigla, MS.nome, MS.codigo) == ("MS", "Mato Grosso do Sul", "50")
    assert len(MS.municipios) == len(MS.by_code) == len(MS.by_slug) == 79
    assert [m.nome for m in MS.municipios if m.capital] == ["Campo Grande"]


def test_municipalities_are_ordered_by_name_with_accents_aside() -> None:
    names = [m.nome for m in MS.municipios]
    assert names[:3] == ["Água Clara", "Alcinópolis", "Amambai"]
    assert names[-1] == "Vicentina"


def test_every_bundled_code_ends_in_its_check_digit() -> None:
    assert all(has_valid_check_digit(code) for code in CODES)
    assert not has_valid_check_digit("5002705")
    assert has_valid_check_digit("3550308")  # São Paulo
    assert has_valid_check_digit("2611533")  # Quixaba (PE), a known exception


@pytest.mark.parametrize(
    ("code", "ano", "expected"),
    [
        ("5003900", 2004, False),
        ("5003900", 2005, True),
        ("5006275", 2012, False),
        ("5006275", 2013, True),
        ("5002704", 1900, True),
    ],
)
def test_a_municipality_exists_from_its_installation(code: str, ano: int, expected: bool) -> None:
    assert MS.is_installed(code, ano) is expected
    assert (code in MS.installed(ano)) is expected


def test_the_number_installed_grows_with_the_two_new_municipalities() -> None:
    counts = {ano: len(MS.installed(ano)) for ano in (2000, 2004, 2005, 2012, 2013)}
    assert counts == {2000: 77, 2004: 77, 2005: 78, 2012: 78, 2013: 79}


@pytest.mark.parametrize("code", ["5002704", "500270", 5002704, 500270, "5.002.704", "500.270", " 5002704 "])
def test_campo_grande_is_found_by_any_writing_of_its_code(code: str | int) -> None:
    assert MS.resolve(code).nome == "Campo Grande"


@given(st.sampled_from(CODES), st.sampled_from([6, 7]), st.sampled_from(["text", "int", "dots"]))
def test_every_code_resolves_in_every_writing(code: str, length: int, writing: str) -> None:
    digits = code[:length]
    given_code = {"text": digits, "int": int(digits), "dots": f"{int(digits):,}".replace(",", ".")}
    assert MS.resolve(given_code[writing]).codigo_ibge == code


@given(st.one_of(st.text(max_size=12), st.integers()))
def test_anything_else_is_refused_by_name(code: str | int) -> None:
    known = set(CODES) | {c[:6] for c in CODES}
    if str(code).strip().replace(".", "") in known:
        return
    with pytest.raises(UnknownMunicipio) as caught:
        MS.resolve(code)
    assert caught.value.params["codigo"] == code


@pytest.mark.parametrize("code", ["50.02.704", "5002704.0", "", "٥٠٠٢٧٠٤", True, None, 5002704.0])
def test_what_is_not_a_code_is_not_guessed(code: object) -> None:
    with pytest.raises(UnknownMunicipio):
        MS.resolve(code)  # pyright: ignore[reportArgumentType]


def test_slugs_are_ascii_and_lead_back() -> None:
    assert MS.by_slug["paraiso-das-aguas"].codigo_ibge == "5006275"
    assert all(slug.isascii() and slug == slugify(slug) for slug in MS.by_slug)


def test_immediate_and_intermediate_regions_divide_the_state() -> None:
    assert [len(MS.regions(level)) for level in LEVELS] == [12, 3, 2]
    for level in ("imediata", "intermediaria"):
        members = [code for region in MS.regions(level) for code in region.municipios]
        assert sorted(members) == sorted(CODES)
    assert [r.nome for r in MS.regions("intermediaria")] == ["Campo Grande", "Corumbá", "Dourados"]


def test_a_planning_region_is_known_for_21_and_never_guessed() -> None:
    assert sum(m.regiao_planejamento is not None for m in MS.municipios) == 21
    assert {r.nome for r in MS.regions("planejamento")} == {"Bolsão", "Grande Dourados"}


def test_an_unknown_level_of_regions_is_an_error() -> None:
    with pytest.raises(UnknownLevel, match=r"micro.*imediata, intermediaria, planejamento"):
        MS.regions("micro")


def test_known_neighbours_on_the_map_of_the_state() -> None:
    neighbours = MS.neighbours()
    assert _names(MS, neighbours["5002704"]) == {
        "Jaraguari", "Nova Alvorada do Sul", "Ribas do Rio Pardo", "Rochedo", "Sidrolândia",
        "Terenos",
    }  # fmt: skip
    assert _names(MS, neighbours["5005202"]) == {"Corumbá"}  # Ladário
    assert {"Ladário", "Miranda", "Aquidauana", "Porto Murtinho"} <= _names(MS, neighbours["5003207"])


def test_neighbourhood_is_symmetric_and_leaves_nobody_alone() -> None:
    neighbours = MS.neighbours()
    assert set(neighbours) == set(CODES)
    for code, near in neighbours.items():
        assert near and code not in near
        assert all(code in neighbours[other] for other in near)
