"""Writing an export: all of it or nothing, the same bytes each time, and nothing of others is lost."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ckanext.msativo.snapshots import challenge, indicator, leiame
from ckanext.msativo.snapshots.folder import IndicatorPart, write
from ckanext.msativo.snapshots.layout import TABLES, files_of
from ckanext.msativo.snapshots.problems import FolderError
from ckanext.msativo.snapshots.verify import verify
from ckanext.msativo.tests.snapshots.made import METHODS, contents, make, observations, values


def test_the_folder_has_its_files_and_exact_observations(tmp_path: Path) -> None:
    found = contents(make(tmp_path / "a"))
    assert set(found) == {*files_of(list(METHODS)), "SHA256SUMS"}
    assert found["observacoes/renda.csv"] == observations("renda", values()["renda"])
    for table in TABLES:
        text = found[table.file].decode()
        assert text.split("\n", 1)[0].split(",") == [table.first, *table.columns]
        assert "\r" not in text and text.endswith("\n")
    assert json.loads(found["metodo.json"])["indicadores"][0]["fonte"]["licenca"] == "cc-by"


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs coreutils")
def test_the_sums_are_those_of_the_system_tool(tmp_path: Path) -> None:
    folder = make(tmp_path / "a")
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.count(": OK") == len(contents(folder)) - 1


def test_every_column_and_file_is_described(tmp_path: Path) -> None:
    assert tuple(leiame.CRITICALITY) == indicator.COLUMNS
    assert tuple(leiame.YEARS) == indicator.YEAR_COLUMNS
    assert tuple(leiame.FOCUS) == challenge.COLUMNS
    text = (make(tmp_path / "a") / "README.md").read_text(encoding="utf-8")
    assert "python -m ckanext.msativo.snapshots PASTA" in text and "licença" in text
    for name in files_of([]):
        assert name == "README.md" or f"`{name}`" in text


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    for seed, name in (("1", "one"), ("2", "two")):
        code = (
            "import sys; sys.modules['ckan'] = None\n"
            "from pathlib import Path\n"
            "from ckanext.msativo.tests.snapshots.made import make\n"
            f"make(Path({str(tmp_path / name)!r}))"
        )
        env = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_an_earlier_export_is_replaced_and_nothing_lies_beside(tmp_path: Path) -> None:
    folder = make(tmp_path / "a", draws=30)
    before = contents(folder)
    make(folder)
    assert contents(folder) != before and verify(folder).identical
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    # Others may read it, as any folder that is made here.
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IMODE((folder / "observacoes").stat().st_mode)


def test_a_failure_leaves_the_earlier_export_as_it_was(tmp_path: Path) -> None:
    folder = make(tmp_path / "a")
    before = contents(folder)

    def broken() -> list[IndicatorPart]:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write(folder, {}, b"{}", (part for part in broken()), [])
    assert contents(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_failed_swap_puts_the_earlier_export_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make(tmp_path / "a", draws=30)
    before, rename = contents(folder), Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError("no")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OSError, match="no"):
        make(folder)
    assert contents(folder) == before


def test_an_empty_folder_and_a_new_one_inside_new_ones_are_written(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert verify(make(tmp_path / "empty")).agrees
    assert verify(make(tmp_path / "x" / "y" / "z")).agrees


@pytest.mark.parametrize("kind", ["file", "foreign", "foreign beside an export", "our names only"])
def test_what_is_not_an_export_is_refused_untouched(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "a"
    if kind == "file":
        folder.write_text("mine")
    elif kind == "foreign beside an export":
        (make(folder) / "tese.docx").write_text("mine")
    else:
        folder.mkdir()
        (folder / ("README.md" if kind == "our names only" else "tese.docx")).write_text("mine")
    before = contents(tmp_path)
    with pytest.raises(FolderError, match="name a") as caught:
        make(folder)
    assert contents(tmp_path) == before and "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["../x", "a/b", "", "Ação", "."])
def test_a_name_that_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    part = IndicatorPart({"nome": name}, b"", {}, {}, {})
    with pytest.raises(FolderError):
        write(tmp_path / "a", {}, b"{}", [part], [])
    assert list(tmp_path.iterdir()) == []
