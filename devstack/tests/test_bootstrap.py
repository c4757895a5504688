"""The first step runs on a bare Python and says in one line what is missing."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from devstack import bootstrap


def test_it_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse(Path(bootstrap.__file__).read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= set(sys.stdlib_module_names)


def test_another_python_is_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "SUPPORTED", ((3, 99),))
    with pytest.raises(bootstrap.BootstrapError, match=r"install Python 3\.11 or 3\.12"):
        bootstrap.check_interpreter()


def test_a_failed_step_shows_its_last_lines_and_a_hint(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bootstrap, "STACK", tmp_path)
    with pytest.raises(bootstrap.BootstrapError, match=r"(?s)Fetching failed\. Is there a network\?.*no route"):
        bootstrap.run("Fetching", [sys.executable, "-c", "raise SystemExit('no route')"], "Is there a network?")


def test_the_environment_is_made_anew_when_a_requirement_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    changed = tmp_path / "requirements-dev.txt"
    changed.write_text("another==1")
    before = bootstrap.fingerprint()
    monkeypatch.setattr(bootstrap, "REQUIREMENTS", changed)
    assert bootstrap.fingerprint() != before
