"""A snapshot is exported by the command and computed anew by someone who has neither the portal nor CKAN."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import ckan.model as model
import pytest
import sqlalchemy as sa
from ckan.cli.cli import ckan
from ckan.tests import helpers

from ckanext.msativo.snapshots.verify import verify
from ckanext.msativo.tests import factories
from ckanext.msativo.tests.conftest import truncate_results
from ckanext.msativo.tests.factories import CODES, load, load_values, part, patch, tidy
from ckanext.msativo.tests.snapshots.made import contents

Datasets = dict[str, dict[str, Any]]


@pytest.fixture
def command(cli: Any) -> Any:
    def run(*arguments: Any) -> Any:
        return cli.invoke(ckan, ["msativo", *map(str, arguments)])

    return run


@pytest.fixture
def world(coordenacao: dict[str, Any]) -> Datasets:
    """Three indicators of different kinds with data, a challenge of them, and its first analysis."""
    own = {"owner_org": coordenacao["id"]}
    made = {
        "creche": factories.Indicador(
            **own, name="creche", polaridade="maior_melhor", regra="limiar", corte_verde="60", corte_vermelho="40"
        ),
        "obitos": factories.Indicador(**own, name="obitos", tipo="taxa_eventos", fator="1000"),
        "renda": factories.Indicador(
            **own, name="renda", polaridade="maior_melhor", grupo_referencia="regiao_intermediaria"
        ),
    }
    for year in range(2016, 2021):
        load_creche(made, year, 0)
    load_values(made["renda"], {code: 300 + (i * 53 % 101) / 7 for i, code in enumerate(CODES) if i % 20})
    load(
        tidy(
            [
                ("obitos", code, year, 1000 * ((i * 7 + year) % 13) / (500 + i), (i * 7 + year) % 13, 500 + i)
                for i, code in enumerate(CODES)
                for year in (2018, 2019, 2020)
            ],
            header="indicador,codigo_ibge,ano,valor,numerador,denominador",
        ),
        decimal=".",
    )
    rows = [part(made["creche"], 2, True), part(made["renda"], 2), part(made["obitos"], 1, True)]
    made["desafio"] = factories.Desafio(**own, name="crescer", indicadores=rows)
    return made


def load_creche(made: Datasets, year: int, shift: int) -> None:
    rows = {code: ((i * 31 + year * 17 + shift) % 89) + 0.1 for i, code in enumerate(CODES)}
    load_values(made["creche"], rows, ano=year)


@pytest.fixture
def first(world: Datasets) -> dict[str, Any]:
    return helpers.call_action("msativo_analysis_run")


def third_party(folder: Path) -> subprocess.CompletedProcess[str]:
    """Verify in a process that has the pure package and nothing of the portal."""
    code = (
        "import sys\n"
        "for name in ('ckan', 'flask', 'sqlalchemy', 'psycopg2', 'solr', 'redis'): sys.modules[name] = None\n"
        "from ckanext.msativo.snapshots.__main__ import main\n"
        f"sys.exit(main([{str(folder)!r}]))"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=folder)


def test_a_third_party_computes_the_exported_analysis_anew(first: dict[str, Any], command: Any, tmp_path: Path) -> None:
    outcome = json.loads(command("export", "snapshot", tmp_path / "a", "--json").stdout)
    assert (outcome["numero"], outcome["indicadores"], outcome["desafios"]) == (first["numero"], 3, 1)
    assert (outcome["arquivos"], outcome["fora"]) == (len(contents(tmp_path / "a")), [])
    assert outcome["bytes"] == sum(map(len, contents(tmp_path / "a").values()))
    done = third_party(tmp_path / "a")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 indicators and 1 challenges computed anew" in done.stdout
    assert done.stdout.endswith("Identical byte for byte.\n")


def test_the_folder_says_what_the_portal_says(first: dict[str, Any], command: Any, tmp_path: Path) -> None:
    assert command("export", "snapshot", tmp_path / "a").exit_code == 0
    method = json.loads((tmp_path / "a" / "metodo.json").read_bytes())
    shown = helpers.call_action("msativo_snapshot_show", id=first["snapshot"])
    assert method["snapshot"]["hash"] == shown["hash"] and method["software"] == shown["versoes"]
    assert {i["nome"]: i["dados_hash"] for i in method["indicadores"]} == {
        i["indicador"]: i["dados_hash"] for i in shown["indicadores"]
    }
    assert [i["metodo"] for i in method["indicadores"]] == [i["metodo"] for i in shown["indicadores"]]
    assert method["indicadores"][0]["fonte"] == {
        "agencia": "Agência",
        "fonte_nome": "Fonte",
        "fonte_url": None,
        "licenca": "cc-by",
    }
    for item in method["indicadores"]:
        content = (tmp_path / "a" / "observacoes" / f"{item['nome']}.csv").read_bytes()
        assert hashlib.sha256(content).hexdigest() == item["dados_hash"]


def test_an_old_snapshot_exports_the_same_bytes_after_data_and_names_changed(
    world: Datasets, first: dict[str, Any], command: Any, tmp_path: Path
) -> None:
    command("export", "snapshot", tmp_path / "before")
    load_creche(world, 2020, 40)
    patch(world["renda"], quantil_p="0.1")
    second = helpers.call_action("msativo_analysis_run")
    assert second["numero"] != first["numero"]
    for reference in (first["numero"], first["snapshot"]):
        assert command("export", "snapshot", tmp_path / "after", "--snapshot", reference).exit_code == 0
        assert contents(tmp_path / "before") == contents(tmp_path / "after")
    command("export", "snapshot", tmp_path / "after")
    newest = contents(tmp_path / "after")
    assert newest["observacoes/creche.csv"] != contents(tmp_path / "before")["observacoes/creche.csv"]
    assert third_party(tmp_path / "after").returncode == third_party(tmp_path / "before").returncode == 0


def test_an_incremental_run_stores_what_a_full_one_does(
    world: Datasets, first: dict[str, Any], command: Any, tmp_path: Path
) -> None:
    load_creche(world, 2020, 40)
    incremental = helpers.call_action("msativo_analysis_run")
    assert sorted(incremental["computados"]) == ["creche", "crescer"]
    command("export", "snapshot", tmp_path / "incremental")
    # Emptying waits for all who have read.
    model.Session.rollback()
    truncate_results()
    full = helpers.call_action("msativo_analysis_run")
    assert len(full["computados"]) == 4
    command("export", "snapshot", tmp_path / "full")
    one, other = (timeless(tmp_path / name) for name in ("incremental", "full"))
    assert one == other and len(one) == 12


def timeless(folder: Path) -> dict[str, Any]:
    """The files of an export without what is of the time and place of the run, nor the sums over that."""
    found: dict[str, Any] = contents(folder)
    method = json.loads(found.pop("metodo.json"))
    for name in ("id", "numero", "criado_em"):
        del method["snapshot"][name]
    found["README.md"] = re.sub(rb"^# .*", b"", found["README.md"])
    del found["SHA256SUMS"]
    return {**found, "metodo.json": method, "sums": None}


def test_frozen_and_corrected_snapshots_with_their_ends_are_computed_anew(
    world: Datasets, first: dict[str, Any], command: Any, tmp_path: Path
) -> None:
    helpers.call_action("msativo_snapshot_freeze", id=first["snapshot"], ciclo="2025-2026")
    load_creche(world, 2020, 40)
    second = helpers.call_action("msativo_analysis_run")
    helpers.call_action(
        "msativo_snapshot_freeze",
        id=second["snapshot"],
        ciclo="2025-2026",
        corrige=first["snapshot"],
        errata="Dados de 2020 corrigidos pela fonte.",
    )
    folders = {run["numero"]: tmp_path / str(run["numero"]) for run in (first, second)}
    for number, folder in folders.items():
        assert command("export", "snapshot", folder, "--snapshot", number).exit_code == 0
        assert third_party(folder).returncode == 0
    old, new = (json.loads((folder / "metodo.json").read_bytes()) for folder in folders.values())
    assert old["snapshot"]["corrigido_por"] == second["snapshot"] and new["snapshot"]["corrige"] == first["snapshot"]
    assert new["snapshot"]["errata"] == "Dados de 2020 corrigidos pela fonte."
    assert old["desafios"][0]["limites"] is None
    assert set(new["desafios"][0]["limites"]) == {"creche", "renda", "obitos"}


def test_a_renamed_indicator_is_still_the_one_that_a_challenge_used(
    world: Datasets, first: dict[str, Any], command: Any, tmp_path: Path
) -> None:
    model.Session.execute(
        sa.update(model.Package).where(model.Package.id == world["renda"]["id"]).values(name="renda-por-pessoa")
    )
    model.Session.commit()
    assert command("export", "snapshot", tmp_path / "a").exit_code == 0
    method = json.loads((tmp_path / "a" / "metodo.json").read_bytes())
    assert method["desafios"][0]["indicadores"]["renda"] == "renda-por-pessoa"
    assert third_party(tmp_path / "a").returncode == 0


@pytest.mark.parametrize("state", [{"private": True}, {"state": "deleted"}])
def test_what_is_no_longer_public_is_not_exported_nor_what_uses_it(
    world: Datasets, first: dict[str, Any], command: Any, tmp_path: Path, state: dict[str, Any]
) -> None:
    model.Session.execute(sa.update(model.Package).where(model.Package.id == world["renda"]["id"]).values(**state))
    model.Session.commit()
    outcome = command("export", "snapshot", tmp_path / "a")
    assert outcome.exit_code == 0 and "crescer" in outcome.output
    assert b"renda" not in b"".join(contents(tmp_path / "a").values())
    assert "`crescer`" in (tmp_path / "a" / "README.md").read_text(encoding="utf-8")
    done = third_party(tmp_path / "a")
    assert done.returncode == 0 and "2 indicators and 0 challenges" in done.stdout


def test_a_hidden_challenge_is_not_exported(
    world: Datasets, first: dict[str, Any], command: Any, tmp_path: Path
) -> None:
    patch(world["desafio"], private=True)
    assert json.loads(command("export", "snapshot", tmp_path / "a", "--json").stdout)["fora"] == []
    assert b"crescer" not in b"".join(contents(tmp_path / "a").values())
    assert third_party(tmp_path / "a").returncode == 0


def test_strange_rows_of_the_table_are_exported_as_they_were_analysed(
    world: Datasets, command: Any, tmp_path: Path
) -> None:
    resource = helpers.call_action("package_show", id=world["renda"]["id"])["resources"][0]["id"]
    strange = [
        {"codigo_ibge": "9999999", "ano": 2020, "valor": 1e300},
        {"codigo_ibge": CODES[0], "ano": 2019, "valor": -0.0, "nota": 'aspas ", vírgula,\nlinha'},
        {"codigo_ibge": CODES[1], "ano": 2019, "valor": 1e17},
        {"codigo_ibge": CODES[2], "ano": 2019, "valor": "Infinity"},
        {"codigo_ibge": CODES[3], "ano": 2019, "valor": "NaN", "nota": "não \\N \t disponível"},
    ]
    helpers.call_action("datastore_upsert", resource_id=resource, force=True, records=strange)
    helpers.call_action("msativo_analysis_run")
    command("export", "snapshot", tmp_path / "a")
    done = third_party(tmp_path / "a")
    assert done.returncode == 0 and done.stdout.endswith("Identical byte for byte.\n"), done.stdout


# -- the commands ------------------------------------------------------------------------------------------------------
def test_check_with_a_folder_verifies_it_and_without_one_the_portal(
    first: dict[str, Any], command: Any, tmp_path: Path
) -> None:
    command("export", "snapshot", tmp_path / "a")
    found = json.loads(command("check", tmp_path / "a", "--json").stdout)
    assert (found["diferencas"], found["identico"], found["falhou"], found["desafios"]) == (0, True, False, 1)
    assert found["valores"] == verify(tmp_path / "a").values
    assert command("check").exit_code == 0
    assert command("check", tmp_path / "a", "--repair").exit_code == 2


def test_check_fails_with_each_difference(first: dict[str, Any], command: Any, tmp_path: Path) -> None:
    command("export", "snapshot", tmp_path / "a")
    path = tmp_path / "a" / "criticidade.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",critico,", ",outro,", 1), encoding="utf-8")
    outcome = command("check", tmp_path / "a")
    assert outcome.exit_code == 1 and outcome.output.count("criticidade.csv") == 3
    assert json.loads(command("check", tmp_path / "a", "--json").stdout)["diferencas"] == 2


def test_a_folder_that_is_none_fails_in_one_line(first: dict[str, Any], command: Any, tmp_path: Path) -> None:
    (tmp_path / "meus.txt").write_text("x")
    for arguments in (
        ("check", tmp_path / "none"),
        ("check", tmp_path),
        ("export", "snapshot", tmp_path),
        ("export", "snapshot", tmp_path / "a", "--snapshot", "99"),
    ):
        outcome = command(*arguments)
        assert outcome.exit_code == 1 and len(outcome.output.strip().splitlines()) == 1, outcome.output
        failed = json.loads(command(*arguments, "--json").stdout)
        assert list(failed) == ["erro"]
    assert [path.name for path in tmp_path.iterdir()] == ["meus.txt"]


def test_nothing_to_export_is_told(portal: None, command: Any, tmp_path: Path) -> None:
    outcome = command("export", "snapshot", tmp_path / "a")
    assert outcome.exit_code == 1 and len(outcome.output.strip().splitlines()) == 1
    assert not (tmp_path / "a").exists()
