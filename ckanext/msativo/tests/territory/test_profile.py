"""The municipalities' profile: figures beside the territory, optional, described, and checked line by line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.territory import Perfil, TerritoryError, load_territory
from ckanext.msativo.territory.profile import PERFIL, read_profile
from ckanext.msativo.territory.reader import BUNDLED
from ckanext.msativo.territory.schema import PROFILE_FIGURES, TERRITORIO

MS = load_territory("ms")
HEADER = "codigo_ibge,populacao,renda,urbano"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED / "ms", tmp_path / "uf"))


def _describe(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    path = folder / TERRITORIO
    document = yaml.safe_load(path.read_text("utf-8"))
    change(document)
    path.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")


def _write(folder: Path, *lines: str) -> None:
    (folder / PERFIL).write_text("\n".join(lines) + "\n", "utf-8")


def _problems(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(TerritoryError) as caught:
        load_territory(folder)
    return [(problem.code, str(problem)) for problem in caught.value.problems]


def test_the_published_figures_of_the_state() -> None:
    """IBGE's estimate of 2024 and the census of 2010 as the Atlas publishes it."""
    assert set(MS.perfil) == set(MS.by_code)
    assert MS.perfil["5002704"].populacao == 954_537
    assert MS.perfil["5000203"] == Perfil(17_647, 642.97, 0.6654)  # 9,598 of 14,424 in urban areas
    # the state has 2,901,895 inhabitants in the same estimate
    assert sum(profile.populacao or 0 for profile in MS.perfil.values()) == 2_901_895


def test_a_figure_that_is_not_known_is_none() -> None:
    """Paraíso das Águas was installed in 2013: the census of 2010 does not have it."""
    assert MS.perfil["5006275"] == Perfil(5_777, None, None)
    assert [code for code, profile in MS.perfil.items() if profile.renda is None] == ["5006275"]


def test_every_column_says_its_year_source_agency_and_licence() -> None:
    assert set(MS.perfil_fontes) == set(PROFILE_FIGURES)
    for about in MS.perfil_fontes.values():
        assert {"dado", "ano", "fonte", "agencia", "licenca"} <= set(about)
    assert {name: about["ano"] for name, about in MS.perfil_fontes.items()} == {
        "populacao": 2024,
        "renda": 2010,
        "urbano": 2010,
    }


def test_a_territory_may_have_no_profile(folder: Path) -> None:
    (folder / PERFIL).unlink()
    _describe(folder, lambda d: d.pop("perfil"))
    territory = load_territory(folder)
    assert territory.perfil == {} and territory.perfil_fontes == {}


def test_a_territory_may_know_some_of_the_figures_of_some(folder: Path) -> None:
    _describe(folder, lambda d: (d["perfil"].pop("renda"), d["perfil"].pop("urbano")))
    _write(folder, "populacao,codigo_ibge", "954537,5002704", "", " 17647 , 5000203 ", ",5000252")
    profiles = load_territory(folder).perfil
    assert profiles["5002704"] == Perfil(954_537) and profiles["5000203"] == Perfil(17_647)
    assert profiles["5000252"] == profiles["5006275"] == Perfil()


def test_file_and_description_need_each_other(folder: Path) -> None:
    (folder / PERFIL).unlink()
    ((code, text),) = _problems(folder)
    assert code == "file_missing" and PERFIL in text
    _write(folder, HEADER)
    _describe(folder, lambda d: d.pop("perfil"))
    ((code, text),) = _problems(folder)
    assert code == "profile_undescribed" and "perfil must say where its figures come from" in text


@pytest.mark.parametrize(
    ("lines", "code", "words"),
    [
        (("codigo_ibge,populacao",), "profile_header", "are codigo_ibge, populacao; expected"),
        ((), "profile_header", "expected codigo_ibge, populacao, renda, urbano"),
        (("codigo_ibge,populacao,renda,renda",), "profile_header", "renda, renda"),
        ((HEADER, "5002704,1"), "profile_cells", "line 2: there are 2 cells, expected 4"),
        ((HEADER, "3550308,1,1,1"), "profile_unknown", "line 2: 3550308 is not the code"),
        ((HEADER, "5002704,1,1,1", "5002704,1,1,1"), "profile_duplicate", "line 3: the municipality 5002704 has"),
        ((HEADER, "5002704,0,1,1"), "profile_value", "line 2: populacao must be a number of inhabitants"),
        ((HEADER, '5002704,"954.537,0",1,1'), "profile_value", "found 954.537,0"),
        ((HEADER, "5002704,1,-1,1"), "profile_value", "renda must be an income per inhabitant, 0 or more"),
        ((HEADER, "5002704,1,1,66.5"), "profile_value", "urbano must be a share from 0 to 1, found 66.5"),
        ((HEADER, "5002704,1,nan,1"), "profile_value", "found nan"),
        ((HEADER, '"' + "5002704,1,1,1 " * 10_000), "profile_invalid", "cannot be read as CSV"),
    ],
)
def test_each_fault_of_the_file_is_told_with_its_line(
    folder: Path, lines: tuple[str, ...], code: str, words: str
) -> None:
    (folder / PERFIL).write_text("\n".join(lines), "utf-8")
    ((found, text),) = _problems(folder)
    assert found == code and words in text and PERFIL in text


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (lambda d: d["perfil"].update(cor={}), "key_unknown", "perfil.cor"),
        (lambda d: d["perfil"]["renda"].pop("licenca"), "key_missing", "perfil.renda.licenca"),
        (lambda d: d["perfil"]["renda"].update(ano="2010"), "yaml_shape", "perfil.renda.ano must be a year"),
        (lambda d: d["perfil"]["renda"].update(mes=8), "key_unknown", "perfil.renda.mes"),
        (lambda d: d.update(perfil=[]), "yaml_shape", "perfil must be a mapping of columns"),
    ],
)
def test_each_fault_of_the_description_is_named(
    folder: Path, change: Callable[[dict[str, Any]], object], code: str, words: str
) -> None:
    _describe(folder, change)
    ((found, text),) = _problems(folder)
    assert found == code and words in text


def test_all_faults_of_the_file_come_at_once(folder: Path) -> None:
    _write(folder, HEADER, "5002704,x,1,2", "1,1,1,1")
    assert [code for code, _ in _problems(folder)] == ["profile_value", "profile_value", "profile_unknown"]


def test_a_byte_order_mark_before_the_header_is_none_of_its_letters(folder: Path) -> None:
    (folder / PERFIL).write_bytes(b"\xef\xbb\xbf" + (folder / PERFIL).read_bytes())
    assert load_territory(folder).perfil == MS.perfil


@given(st.text(max_size=80))
def test_any_text_gives_profiles_or_problems(text: str) -> None:
    problems: list[Any] = []
    for start in ("", HEADER + "\n", HEADER + "\n5002704,"):
        found = read_profile(start + text, list(PROFILE_FIGURES), {"5002704"}, problems)
        assert set(found) <= {"5002704"} or problems
    assert all(str(problem) for problem in problems)
