"""Reference groups: who is compared with whom."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from ckanext.msativo.analysis.errors import AnalysisError
from ckanext.msativo.territory import Perfil, Territory, load_territory
from ckanext.msativo.territory.groups import BANDS, GROUPS, NEAREST, members, profile_table

MS = load_territory("ms")
CODES = [municipio.codigo_ibge for municipio in MS.municipios]


def with_profiles(**profiles: Perfil) -> Territory:
    """The state with other figures, by the municipality's code; the rest is not known."""
    known = {code.removeprefix("c"): profile for code, profile in profiles.items()}
    return replace(MS, perfil={code: known.get(code, Perfil()) for code in CODES})


def test_regions_divide_the_state_where_they_are_known() -> None:
    for level, sizes in (("imediata", 12), ("intermediaria", 3), ("planejamento", 2)):
        found = members(f"regiao_{level}", MS)
        counted = Counter(label for label in found.groups if label)
        assert counted == {region.codigo: len(region.municipios) for region in MS.regions(level)}
        assert len(counted) == sizes
        assert [name is None for name in found.names] == [label == "" for label in found.groups]


@pytest.mark.parametrize(
    ("people", "band"),
    [
        (1, "up to 5 thousand"), (5_000, "up to 5 thousand"), (5_001, "over 5 to 10"), (10_000, "over 5 to 10"),
        (20_000, "over 10 to 20"), (20_001, "over 20 to 50"), (50_001, "over 50 to 100"), (100_000, "over 50 to 100"),
        (100_001, "over 100 thousand"), (12_000_000, "over 100 thousand"),
    ],
)  # fmt: skip
def test_a_band_of_population_holds_its_upper_end(people: int, band: str) -> None:
    found = members("faixa_populacao", with_profiles(c5002704=Perfil(people)))
    name = found.names[CODES.index("5002704")]
    assert name is not None and name.startswith(band)


def test_bands_of_population_of_the_state() -> None:
    """Counted by hand from the estimates of 2024."""
    counted = Counter(members("faixa_populacao", MS).names)
    assert [counted[name] for _bound, name in BANDS] == [7, 17, 22, 26, 4, 3]


def test_whose_population_is_not_known_has_no_band() -> None:
    found = members("faixa_populacao", with_profiles(c5002704=Perfil(5)))
    assert Counter(found.groups) == {"": 78, "0": 1}
    assert found.names.count(None) == 78


def test_the_most_similar_are_the_nearest_by_the_standardised_profile() -> None:
    found = np.asarray(members("semelhantes", MS).groups)
    assert found.shape == (79, NEAREST)
    table = profile_table(MS)
    z = (table - np.nanmean(table, axis=0)) / np.nanstd(table, axis=0, ddof=1)
    unit = CODES.index("5003207")
    away = np.sqrt(((z - z[unit]) ** 2).sum(axis=1))
    away[unit] = np.nan
    assert set(found[unit].tolist()) == set(np.argsort(away)[:NEAREST].tolist())


def test_whose_profile_has_a_gap_is_like_nobody() -> None:
    found = members("semelhantes", MS)
    unknown = CODES.index("5006275")
    assert (np.asarray(found.groups)[unknown] == -1).all()
    assert found.names[unknown] is None and found.names.count(None) == 1
    assert not (np.asarray(found.groups) == unknown).any()


def test_a_territory_without_profiles_has_no_groups_by_profile() -> None:
    bare = replace(MS, perfil={})
    assert set(members("faixa_populacao", bare).groups) == {""}
    assert (np.asarray(members("semelhantes", bare).groups) == -1).all()


def test_members_are_worked_out_once_for_a_territory() -> None:
    assert members("semelhantes", MS) is members("semelhantes", MS)


def test_an_unknown_group_is_an_error_that_lists_the_known() -> None:
    with pytest.raises(AnalysisError, match="Known: faixa_populacao, regiao_imediata"):
        members("bairro", MS)
    assert all(GROUPS.get(name).label for name in GROUPS.names())
