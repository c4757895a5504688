"""Catalogues of indicators: what is read, and how each fault is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.msativo.catalogo import FOLDER
from ckanext.msativo.sources.catalogo import CatalogueError, read_catalogue
from ckanext.msativo.sources.catalogo_campos import DEFAULT_VOCABULARY, FIELDS, Vocabulary
from ckanext.msativo.sources.yaml_lines import YamlFault, read_mapping

SOURCES = """\
fontes:
  ibge:
    agencia: IBGE
    fonte_nome: Tabela 1
    fonte_url: https://sidra.ibge.gov.br/tabela/5938
    verificado: false
    obtido_em: 2026-11-24
    license_id: other-at
    periodicidade: anual
"""
ENTRY = """\
indicadores:
  - name: renda
    title: Renda
    notes: >-
      Quanto maior, melhor.
    area: saude
    fonte: ibge
    unidade: "%"
    casas: 1
    polaridade: maior_melhor
    tipo: media
    regra: quantil
    grupo_referencia: estado
    regra_justificativa: Sem patamar oficial.
"""


def _write(tmp_path: Path, entry: str = ENTRY, sources: str = SOURCES) -> Path:
    (tmp_path / "fontes.yaml").write_text(sources, "utf-8")
    (tmp_path / "saude.yaml").write_text(entry, "utf-8")
    return tmp_path


def _told(where: Path | list[Path], vocabulary: Vocabulary = DEFAULT_VOCABULARY) -> list[str]:
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(where, vocabulary)
    return [str(problem) for problem in caught.value.problems]


def test_an_entry_takes_what_its_source_says(tmp_path: Path) -> None:
    (entry,) = read_catalogue(_write(tmp_path))
    assert (entry.name, entry["agencia"], entry["periodicidade"]) == ("renda", "IBGE", "anual")
    assert entry["obtido_em"] == "2026-11-24"
    assert entry["verificado"] is False
    assert "fonte" not in entry and "fator" not in entry
    assert (entry.file, entry.line) == ("saude.yaml", 2)


def test_an_entry_may_differ_from_its_source(tmp_path: Path) -> None:
    changed = ENTRY + "    periodicidade: decenal\n"
    (entry,) = read_catalogue(_write(tmp_path, changed))
    assert entry["periodicidade"] == "decenal"


def test_one_file_may_hold_sources_and_indicators(tmp_path: Path) -> None:
    path = tmp_path / "tudo.yaml"
    path.write_text(SOURCES + ENTRY, "utf-8")
    assert [entry.name for entry in read_catalogue(path)] == ["renda"]
    assert [entry.name for entry in read_catalogue([path])] == ["renda"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("    casas: 1\n", "", "saude.yaml:2: casas: the key is missing"),
        ("casas: 1", "casas: 1.5", "saude.yaml:9: casas: 1.5 is not valid: expected a number of"),
        ("casas: 1", "casas: true", "saude.yaml:9: casas: True is not valid"),
        ("area: saude", "area: Saúde", "saude.yaml:6: area: Saúde is not valid: expected educacao"),
        ("casas: 1", "casas: 1\n    cor: azul", "saude.yaml:10: cor: the key is not known"),
        ("name: renda", "name: Renda!", "saude.yaml:2: name: Renda! is not valid"),
        ("title: Renda", "title: ''", "saude.yaml:3: title:  is not valid: expected a text"),
        ("fonte: ibge", "fonte: inep", "saude.yaml:7: fonte: the source inep is not described"),
        ("casas: 1", "casas: 1\n    casas: 2", "saude.yaml:10: casas: the key is written twice"),
        ("tipo: media", "tipo: taxa_eventos", "saude.yaml:11: tipo: a taxa_eventos needs fator"),
        ("casas: 1", "casas: 1\n    meta: 5", "saude.yaml:10: meta: give meta and meta_base_legal"),
        ("regra: quantil", "regra: limiar", "saude.yaml:12: regra: the rule limiar needs"),
        (
            "regra: quantil",
            "regra: limiar\n    corte_verde: 1\n    corte_vermelho: 2",
            "saude.yaml:13: corte_verde: corte_verde must be better",
        ),
        (
            "regra: quantil",
            "regra: quantil\n    corte_verde: 1",
            "saude.yaml:13: corte_verde: give corte_verde and corte_vermelho together",
        ),
        ("regra: quantil", "regra: quantil\n    quantil_p: 0.9", "saude.yaml:13: quantil_p: 0.9"),
        ("casas: 1", "casas: 1\n    fonte_url: www.x.br", "saude.yaml:10: fonte_url: www.x.br"),
        ("casas: 1", "casas: 1\n    obtido_em: 24/11/26", "saude.yaml:10: obtido_em: 24/11/26"),
        ("casas: 1", "casas: 1\n    meta: .nan", "saude.yaml:10: meta: nan is not valid"),
    ],
)
def test_each_fault_is_told_with_file_line_and_key(tmp_path: Path, old: str, new: str, expected: str) -> None:
    (text,) = _told(_write(tmp_path, ENTRY.replace(old, new)))
    assert text.startswith(expected)


def test_the_cuts_of_menor_melhor_run_the_other_way(tmp_path: Path) -> None:
    cuts = "regra: limiar\n    corte_verde: 1\n    corte_vermelho: 2"
    entry = ENTRY.replace("regra: quantil", cuts).replace("maior_melhor", "menor_melhor")
    assert read_catalogue(_write(tmp_path, entry))[0]["corte_vermelho"] == 2


def test_all_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    sources = SOURCES.replace("other-at", "livre")
    entry = ENTRY.replace("casas: 1", "casas: -1").replace("polaridade: maior_melhor", "cor: azul")
    told = _told(_write(tmp_path, entry, sources))
    assert [text.split(": ")[0:2] for text in told] == [
        ["fontes.yaml:8", "license_id"],
        ["saude.yaml:2", "polaridade"],
        ["saude.yaml:9", "casas"],
        ["saude.yaml:10", "cor"],
    ]


def test_a_name_used_twice_is_told_with_the_first_place(tmp_path: Path) -> None:
    again = ENTRY + ENTRY.removeprefix("indicadores:\n")
    (text,) = _told(_write(tmp_path, again))
    assert text.startswith("saude.yaml:15: name: the name renda is used")
    assert "saude.yaml:2" in text


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"indicadores: [", "saude.yaml:1: the file cannot be read as YAML"),
        (b"\n\nindicadores: \xff", "saude.yaml:3: the file cannot be read as YAML: it is not UTF"),
        (b"- 1", "saude.yaml:1: the file cannot be read as YAML: it is not a mapping"),
        (b"indicadores: 3", "saude.yaml:1: indicadores: this must be a list"),
        (b"indicadores:\n  - 3", "saude.yaml:2: indicadores: this must be a mapping"),
        (b"\nindicador: []", "saude.yaml:2: indicador: the key is not known"),
        (b"fontes: []", "saude.yaml:1: fontes: this must be a mapping"),
        (b"fontes:\n  ibge: 1", "saude.yaml:2: fontes.ibge: this must be a mapping"),
    ],
)
def test_a_file_that_is_no_catalogue_is_told(tmp_path: Path, content: bytes, expected: str) -> None:
    (tmp_path / "saude.yaml").write_bytes(content)
    (text,) = _told(tmp_path)
    assert text.startswith(expected)


def test_a_folder_without_catalogues_and_a_missing_file_are_told(tmp_path: Path) -> None:
    assert "no catalogue file" in _told(tmp_path)[0]
    assert "saude.yaml:1" in _told([tmp_path / "saude.yaml"])[0]


def test_the_words_allowed_are_a_parameter(tmp_path: Path) -> None:
    _write(tmp_path, ENTRY.replace("area: saude", "area: cultura"))
    (entry,) = read_catalogue(tmp_path, Vocabulary(area=("cultura", "esporte")))
    assert entry["area"] == "cultura"
    _write(tmp_path)
    (text,) = _told(tmp_path, Vocabulary(area=("cultura", "esporte")))
    assert text.endswith("expected cultura, esporte")


def test_a_problem_can_be_translated_with_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(_write(tmp_path, ENTRY.replace("casas: 1", "casas: um")))
    text = caught.value.problems[0].text(lambda msgid: msgid.upper().replace("{FOUND}", "{found}")
                                         .replace("{EXPECTED}", "{expected}"))  # fmt: skip
    assert text == "um IS NOT VALID: EXPECTED A NUMBER OF DECIMALS, 0 TO 6"


@given(st.binary(max_size=80))
def test_any_bytes_give_a_mapping_or_a_fault(content: bytes) -> None:
    try:
        mapping, _ = read_mapping(content)
    except YamlFault as fault:
        assert fault.line >= 1
    else:
        assert isinstance(mapping, dict)


def test_the_bundled_catalogue_is_sound_and_covers_the_programmes_areas() -> None:
    entries = read_catalogue(FOLDER)
    assert len(entries) >= 24
    assert {entry["area"] for entry in entries} == set(DEFAULT_VOCABULARY.area)
    assert all(set(entry) <= set(FIELDS) for entry in entries)


def test_bundled_addresses_are_not_said_to_be_verified_and_copies_name_their_date() -> None:
    for entry in read_catalogue(FOLDER):
        assert entry["verificado"] is False
        assert entry["obtido_em"] == "2026-11-24"


def test_bundled_thresholds_are_the_published_bands() -> None:
    """Atlas do Desenvolvimento Humano: baixo below 0.600, alto from 0.700."""
    cuts = {
        entry.name: (entry["corte_verde"], entry["corte_vermelho"])
        for entry in read_catalogue(FOLDER)
        if entry["regra"] == "limiar"
    }
    assert cuts == {"idhm": (0.7, 0.6)}
