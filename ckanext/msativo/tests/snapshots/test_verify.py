"""Computing an export anew: clean when nothing was touched, and every change is found and named."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.msativo.snapshots.__main__ import main
from ckanext.msativo.snapshots.cells import TOLERANCE
from ckanext.msativo.snapshots.comparing import SHOWN
from ckanext.msativo.snapshots.problems import FolderError
from ckanext.msativo.snapshots.verify import verify
from ckanext.msativo.tests.snapshots.made import CODES, METHODS, YEARS, contents, edit, make, resum

fast = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("clean") / "export")


@pytest.fixture
def folder(clean: Path, tmp_path: Path) -> Path:
    """A copy to break."""
    return Path(shutil.copytree(clean, tmp_path / "export"))


# -- nothing was touched -----------------------------------------------------------------------------------------------
def test_an_untouched_folder_agrees_byte_for_byte(clean: Path) -> None:
    report = verify(clean)
    assert report.agrees and report.identical
    assert (report.indicators, report.challenges) == (3, 2)
    rows = {name: contents(clean)[f"{name}.csv"].count(b"\n") - 1 for name in ("criticidade", "anos", "foco")}
    assert rows["foco"] == 20
    assert report.values == rows["criticidade"] * 24 + rows["anos"] * 14 + rows["foco"] * 20
    assert report.lines()[-1] == "Identical byte for byte."


value = st.none() | st.floats(0, 1e6, allow_subnormal=False) | st.integers(0, 5)
grid = st.dictionaries(st.tuples(st.sampled_from(CODES), st.sampled_from(YEARS)), value, max_size=60)


@fast
@given(st.fixed_dictionaries(dict.fromkeys(METHODS, grid)))
def test_what_is_written_is_read_and_agrees_whatever_the_values(
    tmp_path_factory: pytest.TempPathFactory, given_values: Any
) -> None:
    folder = make(tmp_path_factory.mktemp("any") / "export", given_values, draws=10)
    report = verify(folder)
    assert report.agrees and report.identical, report.lines()


def test_a_process_without_ckan_verifies_it_and_speaks_english(clean: Path) -> None:
    code = (
        "import sys; sys.modules['ckan'] = None; sys.modules['flask'] = None; sys.modules['sqlalchemy'] = None\n"
        "from ckanext.msativo.snapshots.__main__ import main\n"
        f"sys.exit(main([{str(clean)!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 indicators and 2 challenges computed anew" in done.stdout


def test_the_module_is_a_command(clean: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ckanext.msativo.snapshots"]
    assert subprocess.run([*command, str(clean)], capture_output=True, check=False).returncode == 0
    done = subprocess.run([*command, str(tmp_path / "none")], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.strip() == f"{tmp_path / 'none'} is not a folder."


def test_a_translator_is_asked_for_every_sentence(folder: Path) -> None:
    change_cell(folder, "foco.csv", 3, "classe", "focal")
    asked: list[str] = []
    lines = verify(folder).lines(lambda text: asked.append(text) or f"pt: {text}")
    assert len(asked) == len(lines) and all(line.startswith("pt: ") for line in lines)
    assert "{file}" in asked[0] and "foco.csv" in lines[0]


# -- a changed result --------------------------------------------------------------------------------------------------
def rows_of(folder: Path, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO((folder / name).read_text(encoding="utf-8"))))


def write_rows(folder: Path, name: str, rows: list[list[str]]) -> None:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    (folder / name).write_text(buffer.getvalue(), encoding="utf-8")
    resum(folder)


def change_cell(folder: Path, name: str, row: int, column: str, text: str) -> str:
    rows = rows_of(folder, name)
    place = rows[0].index(column)
    before, rows[row][place] = rows[row][place], text
    write_rows(folder, name, rows)
    return before


def differs(one: str, other: str) -> bool:
    """Whether two cells say something else, by rules of this test."""
    try:
        a, b = float(one), float(other)
    except ValueError:
        return one != other
    return not abs(a - b) <= 2 * TOLERANCE * max(1, abs(a), abs(b))


@fast
@given(
    st.sampled_from(["criticidade.csv", "foco.csv", "anos.csv"]),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.sampled_from(["", "x", "0", "1", "2019", "true", "[]", "-3.25", "critico", "creche", "5000000", "1e-6"]),
    st.booleans(),
)
def test_any_changed_cell_of_a_result_is_found(
    clean: Path, tmp_path_factory: pytest.TempPathFactory, name: str, row: int, column: int, text: str, nudge: bool
) -> None:
    rows = rows_of(clean, name)
    row, column = 1 + row % (len(rows) - 1), column % len(rows[0])
    before = rows[row][column]
    if nudge and differs(before, "0"):
        try:
            text = repr(float(before) * (1 + 1e-7))
        except ValueError:
            text = before + "x"
    if not differs(before, text):
        return
    folder = Path(shutil.copytree(clean, tmp_path_factory.mktemp("cell") / "export"))
    rows[row][column] = text
    write_rows(folder, name, rows)
    report = verify(folder)
    assert not report.agrees and report.identical is False
    assert any(name in line for line in report.lines())


@fast
@given(st.sampled_from(sorted(METHODS)), st.integers(0, 10**6), st.integers(0, 5), st.sampled_from(["9", "", "2018"]))
def test_any_changed_cell_of_the_observations_is_found(
    clean: Path, tmp_path_factory: pytest.TempPathFactory, indicator: str, row: int, column: int, text: str
) -> None:
    name = f"observacoes/{indicator}.csv"
    rows = rows_of(clean, name)
    row = 1 + row % (len(rows) - 1)
    if rows[row][column] == text:
        return
    folder = Path(shutil.copytree(clean, tmp_path_factory.mktemp("data") / "export"))
    rows[row][column] = text
    write_rows(folder, name, rows)
    with pytest.raises(FolderError, match=name):
        verify(folder)


def test_data_and_its_hash_changed_together_still_do_not_agree(folder: Path) -> None:
    path = folder / "observacoes" / "creche.csv"
    path.write_text(path.read_text().replace(",2020,", ",2021,"), encoding="utf-8")
    edit(folder, lambda m: m["indicadores"][0].update(dados_hash=hashlib.sha256(path.read_bytes()).hexdigest()))
    assert verify(folder).lines()[0].startswith("metodo.json: creche: chave is ")


def test_a_difference_names_file_row_column_and_both_values(folder: Path) -> None:
    before = change_cell(folder, "criticidade.csv", 5, "estado", "inventado")
    row = rows_of(folder, "criticidade.csv")[5]
    report = verify(folder)
    assert report.differences == 1
    assert report.lines()[0] == (
        f"criticidade.csv: {row[0]}, {row[1]}, {row[2]}: estado is inventado, computed anew it is {before}."
    )
    assert report.lines()[-1] == "Not identical byte for byte: criticidade.csv differs first, in line 6."


def test_a_difference_inside_a_cell_with_json_names_the_place(folder: Path) -> None:
    marks = json.loads(rows_of(folder, "foco.csv")[1][rows_of(folder, "foco.csv")[0].index("notas")])
    change_cell(folder, "foco.csv", 1, "notas", json.dumps({**marks, "renda": 12345}))
    assert "notas.renda is 12345" in verify(folder).lines()[0]


def test_many_differences_are_counted_and_the_first_are_told(folder: Path) -> None:
    rows = rows_of(folder, "foco.csv")
    place = rows[0].index("cor")
    write_rows(folder, "foco.csv", [rows[0], *([*row[:place], "azul", *row[place + 1 :]] for row in rows[1:])])
    change_cell(folder, "foco.csv", 1, "posicao", "99")
    report = verify(folder)
    assert report.differences == 21 and len(report.shown) == SHOWN
    assert "… and 1 more." in report.lines()


def test_a_missing_a_foreign_and_a_repeated_row_are_told(folder: Path) -> None:
    rows = rows_of(folder, "foco.csv")
    foreign = [rows[3][0], "9999999", *rows[3][2:]]
    write_rows(folder, "foco.csv", [*rows[:1], *rows[2:], rows[-1], ["fantasma", *rows[2][1:]], foreign])
    lines = "\n".join(verify(folder).lines())
    assert f"foco.csv: {rows[1][0]}, {rows[1][1]} is missing." in lines
    assert f"foco.csv, line 21: {rows[-1][0]}, {rows[-1][1]}: the row is there twice." in lines
    assert "foco.csv, line 22: fantasma" in lines and "foco.csv, line 23" in lines


def test_a_changed_fact_is_told_with_its_path(folder: Path) -> None:
    facts = json.loads((folder / "desafios.json").read_bytes())
    facts["crescer"]["indicadores"][1]["peso_efetivo"] += 1e-6
    facts["outro"] = facts.pop("viver")
    (folder / "desafios.json").write_text(json.dumps(facts), encoding="utf-8")
    resum(folder)
    lines = "\n".join(verify(folder).lines())
    assert "desafios.json: crescer: indicadores[1].peso_efetivo is " in lines
    assert "desafios.json: viver is missing." in lines and "desafios.json: outro: there is no such entry" in lines


def test_a_changed_sum_alone_fails(folder: Path) -> None:
    for name in ("README.md", "indicadores.json"):
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write("\n")
    report = verify(folder)
    assert report.differences == 2
    assert [str(message) for message in report.shown] == [
        f"{name} has changed: its SHA-256 is not the one in SHA256SUMS." for name in ("indicadores.json", "README.md")
    ]


def test_a_last_digit_is_no_difference_but_not_identical(folder: Path) -> None:
    rows = rows_of(folder, "foco.csv")
    number = float(rows[1][rows[0].index("moran_i")])
    change_cell(folder, "foco.csv", 1, "moran_i", repr(number * (1 + 3e-16)))
    report = verify(folder)
    assert report.agrees and report.identical is False
    assert report.lines()[-1] == "Not identical byte for byte: foco.csv differs first, in line 2."


def test_a_method_key_or_hash_that_does_not_fit_is_told(folder: Path) -> None:
    def change(method: Any) -> None:
        method["snapshot"]["hash"] = "0" * 64
        method["desafios"][0]["chave"] = "1" * 64
        method["indicadores"][2]["metodo_hash"] = "2" * 64

    edit(folder, change)
    lines = "\n".join(verify(folder).lines())
    assert "metodo.json: snapshot: hash is 000" in lines
    assert "metodo.json: crescer: chave is 111" in lines and "metodo.json: renda: metodo_hash is 222" in lines


def test_another_version_of_the_software_is_said_instead_of_comparing_bytes(folder: Path) -> None:
    edit(folder, lambda method: method["software"].update(numpy="1.0"))
    report = verify(folder)
    assert report.agrees and report.identical is None
    assert report.lines()[-1].startswith("Not compared byte for byte: made with ckanext-msativo ")
    edit(folder, lambda method: method["indicadores"][0].update(chave="0" * 64))
    assert "install ckanext-msativo" in verify(folder).lines()[-1]


# -- a broken folder ---------------------------------------------------------------------------------------------------
ALL_FILES = ["metodo.json", "municipios.json", "criticidade.csv", "anos.csv", "foco.csv", "indicadores.json"]
ALL_FILES += ["desafios.json", "README.md", "SHA256SUMS", "observacoes/renda.csv"]


@pytest.mark.parametrize("name", ALL_FILES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(FolderError, match=f"^{name} is missing from "):
        verify(folder)


@pytest.mark.parametrize("name", ["metodo.json", "municipios.json", "indicadores.json", "desafios.json"])
@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"", b"[1]", b"null"])
def test_json_that_is_none_or_another_is_named_and_never_a_traceback(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    resum(folder)
    try:
        report = verify(folder)
    except FolderError as error:
        assert name in str(error) and "\n" not in str(error)
    else:
        assert not report.agrees and any(name in line for line in report.lines())


def drop(path: str) -> Callable[[Any], None]:
    """Remove a key of `metodo.json`, by its path."""

    def change(method: Any) -> None:
        *way, last = path.split(".")
        for step in way:
            method = method[int(step)] if step.isdigit() else method[step]
        del method[last]

    return change


def put(key: str, value: Any) -> Callable[[Any], None]:
    """Set a key of the first indicator."""
    return lambda method: method["indicadores"][0].update({key: value})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (drop("formato"), "not of an exported analysis"),
        (lambda method: method.update(versao=2), "version 1 of the format, not 2"),
        (drop("semente"), "“semente” is missing"),
        (drop("indicadores"), "“indicadores” is missing"),
        (drop("indicadores.0.chave"), "“chave” is missing"),
        (drop("desafios.0.metodo.foco"), "“foco” is missing"),
        (drop("desafios.0.indicadores.renda"), "“renda” is missing"),
        (put("metodo", {"regra": 1}), "cannot be read"),
        (put("metodo", 5), "cannot be read"),
        (put("nome", "../../etc/passwd"), "cannot be read"),
        (put("grupos", ["a"]), "“creche” cannot be computed"),
        (lambda method: method.update(indicadores=3), "cannot be read"),
        (lambda method: method["desafios"][0]["indicadores"].update(renda="outra"), "“crescer” cannot be computed"),
    ],
)
def test_a_method_that_is_none_is_told_in_one_line(folder: Path, change: Callable[[Any], None], said: str) -> None:
    edit(folder, change)
    with pytest.raises(FolderError, match=said) as caught:
        verify(folder)
    assert str(caught.value).startswith("metodo.json") and "\n" not in str(caught.value)


def test_a_missing_column_is_named(folder: Path) -> None:
    rows = rows_of(folder, "criticidade.csv")
    place = rows[0].index("percentil")
    write_rows(folder, "criticidade.csv", [[*row[:place], *row[place + 1 :]] for row in rows])
    with pytest.raises(FolderError, match=r"^criticidade.csv: the column “percentil” is missing.$"):
        verify(folder)


def test_a_short_row_and_bytes_that_are_no_text_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = rows_of(folder, "foco.csv")
    write_rows(folder, "foco.csv", [rows[0], rows[1][:-1]])
    assert main([str(folder)]) == 1
    assert capsys.readouterr().err == "foco.csv, line 2: 20 cells where the header has 21.\n"
    (folder / "anos.csv").write_bytes(b"\xff")
    assert main([str(folder)]) == 1
    assert capsys.readouterr().err.startswith("anos.csv cannot be read")


def test_changed_inputs_are_refused(folder: Path) -> None:
    path = folder / "municipios.json"
    path.write_bytes(path.read_bytes().replace("Município 1".encode(), "Município X".encode()))
    with pytest.raises(FolderError, match=r"^municipios.json has changed: its SHA-256"):
        verify(folder)
    resum(folder)
    with pytest.raises(FolderError, match=r"^municipios.json has changed: .*municipios_hash"):
        verify(folder)


@pytest.mark.parametrize("line", ["no sum", "0" * 64 + "  ../outro.csv"])
def test_sums_that_are_none_or_of_other_files_are_refused(folder: Path, line: str) -> None:
    with (folder / "SHA256SUMS").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(FolderError, match=r"^SHA256SUMS"):
        verify(folder)
