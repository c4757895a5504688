"""The wheel holds all that the extension needs, and starts without the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import ckanext.msativo

PACKAGE = Path(next(iter(ckanext.msativo.__path__)))
ROOT = PACKAGE.parents[1]
CODE_ONLY = {".py", ".pyc"}


def tracked() -> list[str]:
    """Files of the project, new ones too, without what git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it from a copy of the project's files, so that nothing left lying about can help."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in tracked():
        target = source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(source)]
    subprocess.run(build, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def test_every_template_schema_asset_data_and_catalogue_file_is_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {name for name in tracked() if name.startswith("ckanext/") and "/tests/" not in name}
    assert wanted <= names, sorted(wanted - names)
    for kind in (
        "schemas/indicador.yaml",
        "schemas/organization.yaml",
        "config_declaration.yaml",
        "alembic.ini",
        "ckanext-msativo.mo",
        "ckanext-msativo.po",
        "limites.topojson",
        "territorio.yaml",
        "webassets.yml",
        "catalogo/saude.yaml",
        "demo/sim-suicidios.csv",
    ):
        assert any(name.endswith(kind) for name in names), kind


def test_the_devstack_and_the_tests_stay_out_of_the_wheel(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert not any(name.startswith(("devstack", "bench", "scripts", "docs")) or "/tests/" in name for name in names)


def test_an_environment_with_only_the_wheel_finds_plugin_and_data(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=False, symlinks=True)
    python = tmp_path / "env" / "bin" / "python"
    site = next((tmp_path / "env" / "lib").glob("python*/site-packages"))
    # The dependencies come from this environment, the extension only from the wheel.
    here = [entry for entry in sys.path if entry.endswith("site-packages")]
    for entry in here:
        for path in Path(entry).iterdir():
            if "msativo" not in path.name.lower() and path.name != "ckanext":
                (site / path.name).symlink_to(path)
    (site / "ckanext").mkdir()
    for path in Path(here[0], "ckanext").iterdir():
        (site / "ckanext" / path.name).symlink_to(path)
    install = [sys.executable, "-m", "uv", "pip", "install", "-q", "--no-deps", "--offline", "--python", str(python)]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    code = (
        "import importlib.metadata as m, ckanext.msativo.plugin as p, ckanext.msativo.territory as t;"
        "assert any(e.name == 'msativo' for e in m.entry_points(group='ckan.plugins'));"
        "assert len(t.load_territory('ms').municipios) == 79;"
        "print(p.__file__)"
    )
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path, env=env)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().startswith(str(tmp_path))
