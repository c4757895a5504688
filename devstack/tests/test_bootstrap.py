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


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """A bootstrap that installs nothing, in a folder of its own: the steps that it would run."""
    steps: list[str] = []

    def make_environment(original=bootstrap.make_environment) -> None:
        original()
        bootstrap.PYTHON.parent.mkdir(parents=True)
        bootstrap.PYTHON.touch()

    peers = tmp_path / "requirements-peers.txt"
    peers.write_text("peer==1")
    venv = tmp_path / ".devstack" / "venv"
    for name, value in {
        "STACK": venv.parent,
        "VENV": venv,
        "PYTHON": venv / "bin" / "python",
        "EXTRAS": {"peers": peers},
        "make_environment": make_environment,
        "run": lambda step, argv, hint: steps.append(step),
    }.items():
        monkeypatch.setattr(bootstrap, name, value)
    monkeypatch.setattr(bootstrap.venv, "create", lambda *args, **kwargs: None)
    return steps


ENVIRONMENT = ["Fetching the installer (uv)", "Installing the Python packages", "Installing this extension"]
PEERS = ["Installing the peers"]


def test_peers_are_installed_when_asked_for_and_once(stack: list[str]) -> None:
    assert bootstrap.main() == 0
    assert stack == ENVIRONMENT
    assert bootstrap.main(["--with", "peers"]) == 0
    assert stack == ENVIRONMENT + PEERS
    bootstrap.main(["--with", "peers"])
    assert stack == ENVIRONMENT + PEERS


def test_peers_stay_when_the_environment_is_asked_for_without_them(stack: list[str]) -> None:
    bootstrap.main(["--with", "peers"])
    bootstrap.main()
    bootstrap.main(["--with", "peers"])
    assert stack == ENVIRONMENT + PEERS


def test_other_peers_are_installed_in_a_new_environment(stack: list[str]) -> None:
    bootstrap.main(["--with", "peers"])
    bootstrap.EXTRAS["peers"].write_text("peer==2")
    bootstrap.main()
    assert stack == ENVIRONMENT + PEERS
    bootstrap.main(["--with", "peers"])
    assert stack == (ENVIRONMENT + PEERS) * 2


def test_peers_are_installed_again_in_an_environment_made_anew(stack: list[str]) -> None:
    bootstrap.main(["--with", "peers"])
    bootstrap.stamp_of("venv").unlink()
    bootstrap.main()
    assert stack == ENVIRONMENT + PEERS + ENVIRONMENT
    bootstrap.main(["--with", "peers"])
    assert stack == (ENVIRONMENT + PEERS) * 2


def test_peers_that_failed_half_way_are_installed_in_a_new_environment(
    stack: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    works = bootstrap.run

    def broken(step: str, argv: list, hint: str) -> None:
        if step in PEERS:
            raise bootstrap.BootstrapError("no route")
        works(step, argv, hint)

    monkeypatch.setattr(bootstrap, "run", broken)
    assert bootstrap.main(["--with", "peers"]) == 1
    assert "no route" in capsys.readouterr().err
    monkeypatch.setattr(bootstrap, "run", works)
    bootstrap.main()
    assert stack == ENVIRONMENT
    assert bootstrap.main(["--with", "peers"]) == 0
    assert stack == ENVIRONMENT * 2 + PEERS


def _pins(path: Path) -> set[str]:
    """Every ``name==version`` of a requirements file; on which machines it is wanted may differ between two files."""
    lines = [line for line in path.read_text().splitlines() if "==" in line and not line.startswith(" ")]
    return {line.partition(";")[0].rstrip(" \\") for line in lines}


def test_peers_agree_with_the_environment_they_are_put_on() -> None:
    installed, peers = _pins(bootstrap.REQUIREMENTS), _pins(bootstrap.EXTRAS["peers"])
    names = {pin.partition("==")[0] for pin in installed}
    assert {"polars", "duckdb", "esda"} <= {pin.partition("==")[0] for pin in peers}
    assert [pin for pin in peers - installed if pin.partition("==")[0] in names] == []


def test_numba_is_not_among_the_peers() -> None:
    assert not [pin for pin in _pins(bootstrap.EXTRAS["peers"]) if pin.startswith(("numba", "llvmlite"))]
