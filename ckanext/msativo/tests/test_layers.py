"""The pure packages know nothing of CKAN, and what they need they import themselves."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import ckanext.msativo

PACKAGE = Path(next(iter(ckanext.msativo.__path__)))
PURE = ("analysis", "programme", "snapshots", "sources", "territory")
SMALL = ("i18n_marker", "text")
"""Modules that the pure packages share, which import nothing of CKAN either."""
FORBIDDEN = ("ckan", "flask", "sqlalchemy")


def imported(path: Path) -> set[str]:
    """Full names of the modules that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"relative import in {path}"
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("name", SMALL)
def test_what_the_pure_packages_share_is_pure(name: str) -> None:
    assert all(one.split(".")[0] in {*sys.stdlib_module_names} for one in imported(PACKAGE / f"{name}.py"))


@pytest.mark.parametrize("package", PURE)
def test_a_pure_package_imports_nothing_of_ckan(package: str) -> None:
    allowed = (*tuple(f"ckanext.msativo.{pure}" for pure in PURE), *(f"ckanext.msativo.{name}" for name in SMALL))
    for path in (PACKAGE / package).rglob("*.py"):
        for name in imported(path):
            assert name.split(".")[0] not in FORBIDDEN, f"{path} imports {name}"
            assert not name.startswith("ckanext") or name.startswith(allowed), f"{path} imports {name}"


def test_the_pure_packages_load_where_ckan_cannot_be_imported() -> None:
    code = "import sys; sys.modules['ckan'] = None; sys.modules['flask'] = None\n" + "\n".join(
        f"import ckanext.msativo.{package}" for package in PURE
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_views_commands_and_jobs_reach_data_only_through_logic() -> None:
    doors = [PACKAGE / "cli.py", PACKAGE / "jobs.py", PACKAGE / "helpers.py", *(PACKAGE / "views").rglob("*.py")]
    doors += (PACKAGE / "vistas").rglob("*.py")
    for path in doors:
        names = imported(path)
        assert not any(name.startswith(("sqlalchemy", "ckan.model", "ckanext.msativo.model")) for name in names), path
