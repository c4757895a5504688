"""A challenge as it is described: what is refused, whichever way it comes, and at which field."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import pytest
from ckan.lib.navl.dictization_functions import DataError
from ckan.tests import helpers

from ckanext.msativo.logic.portal import portal_context
from ckanext.msativo.model import DesafioResultado, Foco
from ckanext.msativo.tests import factories
from ckanext.msativo.tests.factories import CODES, Desafio, act, load_values, member, part, patch
from ckanext.msativo.tests.test_permissions_web import submit
from ckanext.msativo.tests.test_permissions_world import Web

CAMPO_GRANDE = "5002704"
N = len(CODES)
LAST = CODES[-1]
SURROGATE, NUL = "\ud800", "x\x00"


def run(**data: Any) -> dict[str, Any]:
    return helpers.call_action("msativo_analysis_run", **data)


def focus(**filters: Any) -> list[dict[str, Any]]:
    return act(None, "msativo_foco_list", **{"limit": 5000, **filters})["results"]


def by_code(**filters: Any) -> dict[str, dict[str, Any]]:
    return {row["codigo_ibge"]: row for row in focus(**filters)}


def shown(challenge: dict[str, Any], **filters: Any) -> dict[str, Any]:
    return act(None, "msativo_desafio_show", id=challenge["name"], **filters)


def loaded(org: dict[str, Any], *columns: Any, **fields: Any) -> list[dict[str, Any]]:
    """An indicator for each column, a list of values in the order of CODES (None = no value)."""
    made = []
    for values in columns:
        indicador = factories.Indicador(owner_org=org["id"], **fields)
        load_values(indicador, {code: v for code, v in zip(CODES, values, strict=False) if v is not None})
        made.append(indicador)
    return made


def reasons_of(challenge: dict[str, Any]) -> dict[str, list[str]]:
    """Codes of the stored reasons in the newest result of a challenge, by municipality."""
    result = model.Session.query(DesafioResultado).filter_by(desafio=challenge["id"])
    rows = model.Session.query(Foco).filter_by(resultado_id=result.order_by(DesafioResultado.id.desc()).first().id)
    return {row.codigo_ibge: [reason["codigo"] for reason in row.motivos] for row in rows}


def refused(action: str, data: dict[str, Any]) -> dict[str, Any]:
    """The errors of a call that must be refused; nothing of it stays."""
    with pytest.raises(tk.ValidationError) as caught:
        tk.get_action(action)(portal_context(), data)
    model.Session.rollback()
    return caught.value.error_dict


# -- what a challenge must be ------------------------------------------------------------------------------------------
def test_a_wrong_challenge_is_refused_at_the_field_whichever_way_it_comes(
    coordenacao: dict[str, Any], app: Any, subtests: Any
) -> None:
    a, b, c = loaded(coordenacao, range(N), range(N), range(N))
    (thin,) = loaded(coordenacao, range(60))
    empty = factories.Indicador(owner_org=coordenacao["id"])
    fine = [part(a, 1, True), part(b)]
    challenge = Desafio(owner_org=coordenacao["id"], indicadores=fine)
    web = Web(app)
    web.log_in(member(coordenacao))

    def rows_of(errors: dict[str, Any]) -> str:
        """All that is said of the rows, and that nothing else is wrong."""
        assert list(errors) == ["indicadores"]
        return " ".join(text for row in errors["indicadores"] for texts in row.values() for text in texts)

    wrong = {
        "an unknown indicator": ([part(a, 1, True), {"indicador": "nenhum"}], ["2", "nenhum"]),
        "twice the same": ([part(a, 1, True), part(b), part(a)], ["3", a["name"]]),
        "more than half of the weight": ([part(a, 1, True), part(b, 3), part(c)], [b["name"], "60", "50"]),
        "no anchor": ([part(a), part(b)], []),
        "a single one": ([part(a, 1, True)], []),
        "none": ([], []),
        "a negative weight": ([part(a, -1, True), part(b)], []),
        "no weight at all": ([part(a, 0, True), part(b, 0)], []),
        "weights whose sum no number holds": ([part(a, 1e308, True), part(b, 1e308), part(c, 1e308)], []),
        "a weight that is no number": ([part(a, "muito", True), part(b)], ["muito"]),  # type: ignore[arg-type]
        "an endless goal": ([part(a, 1, True, melhor="inf"), part(b)], ["inf"]),
        "too few values": ([part(a, 1, True), part(thin)], ["2", thin["name"], "60", "79", "80"]),
        "no values": ([part(a, 1, True), part(empty)], [empty["name"], "0"]),
    }
    before = helpers.call_action("package_show", id=challenge["id"])
    for name, (rows, words) in wrong.items():
        with subtests.test(name):
            fields = {k: v for k, v in before.items() if k not in ("id", "name", "indicadores", "resources")}
            for action, data in (
                ("package_create", {**fields, "name": "outro", "indicadores": rows}),
                ("package_update", {**before, "indicadores": rows}),
                ("package_patch", {"id": before["id"], "indicadores": rows}),
                ("package_revise", {"match__id": before["id"], "update": {"indicadores": rows}, "filter": []}),
            ):
                if action == "package_revise":
                    data["filter"] = ["-indicadores"]
                told = rows_of(refused(action, data))
                assert all(word in told for word in words), (action, told)
            if rows:
                url = f"/desafio/edit/{before['name']}"
                answer = submit(web, url, form(before, rows), page=url)
                assert answer.status_code == 200, answer.status_code
                assert all(word in answer.body for word in words)
            assert helpers.call_action("package_show", id=before["id"]) == before
    assert model.Package.get("outro") is None


def form(dataset: dict[str, Any], rows: list[dict[str, Any]], **changes: Any) -> dict[str, str]:
    """What the browser sends from a challenge's form."""
    names = ("title", "name", "notes", "owner_org", "area", "secretaria", "ciclo", "normalizacao", "agregacao")
    fields = {name: str(dataset.get(name, "")) for name in names}
    for i, row in enumerate(rows):
        fields |= {f"indicadores-{i}-{key}": str(value) for key, value in row.items()}
    return {**fields, "save": "", **changes}


def test_other_fields_of_a_challenge_are_checked_too(coordenacao: dict[str, Any], subtests: Any) -> None:
    a, b = loaded(coordenacao, range(N), range(N))
    challenge = Desafio(owner_org=coordenacao["id"], indicadores=[part(a, 1, True), part(b)])
    secretaria, prefeitura = factories.Secretaria(), factories.Prefeitura(codigo_ibge="5004809")
    wrong: dict[str, list[Any]] = {
        "secretaria": ["nenhuma", coordenacao["name"], prefeitura["name"], ["x"], NUL],
        "owner_org": [secretaria["id"], prefeitura["id"]],
        "area": ["lazer"],
        "ciclo": ["", "  ", "x" * 61, NUL, SURROGATE],
        "normalizacao": ["zscore", "rank", "x", ["minmax"]],
        "agregacao": ["soma", ["arithmetic"]],
        "peso_minimo": ["0", "-1", "1.1", "x", "nan"],
        "k_piores": ["0", "-1", "1.5", "x", [1], "9" * 400],
        "notes": ["", NUL],
        "title": [SURROGATE],
        "errata": [NUL],
    }
    for field, values in wrong.items():
        for value in values:
            with subtests.test(f"{field} {value!r:.30}"):
                assert field in refused("package_patch", {"id": challenge["id"], field: value})
                fields = {**challenge, "name": "outro", field: value}
                del fields["id"]
                assert field in refused("package_create", fields)
    for field in ("indicadores", "ciclo", "secretaria"):
        errors = refused("package_patch", {"id": challenge["id"], "extras": [{"key": field, "value": "[]"}]})
        assert "extras" in errors
    for rows in (part(a, 1, True), ["a"], "[]", 5, None):
        # CKAN's own answer to what is no list of rows: a clean 400 over the API.
        with pytest.raises(DataError):
            patch(challenge, indicadores=rows)


def test_the_form_makes_a_challenge_and_leaves_out_rows_that_nobody_filled_in(
    coordenacao: dict[str, Any], app: Any
) -> None:
    a, b = loaded(coordenacao, range(N), range(N))
    secretaria = factories.Secretaria()
    blank = {"indicador": "", "peso": "", "ancora": "", "melhor": "", "pior": ""}
    rows = [
        {"indicador": a["name"], "peso": "2,5", "ancora": "sim", "melhor": "", "pior": "70"},
        blank,
        {"indicador": b["name"], "peso": "2.5", "ancora": "", "melhor": "", "pior": ""},
        blank,
    ]
    fields = {
        **form({}, rows, title="Novo", name="novo", notes="Porque sim.", area="saude", ciclo=" 2025-2026 "),
        "owner_org": coordenacao["id"],
        "secretaria": secretaria["name"],
        "peso_minimo": "",
        "k_piores": "",
        "errata": "",
        "rejeitados-0-indicador": "",
        "rejeitados-0-motivo": "",
        "_ckan_phase": "",
    }
    web = Web(app)
    web.log_in(member(coordenacao))
    assert web.get("/desafio/new").status_code == 200
    answer = submit(web, "/desafio/new", fields, page="/desafio/new")
    assert answer.status_code == 302, answer.body
    made = helpers.call_action("package_show", id="novo")
    assert [(row["indicador"], row["peso"], row["ancora"]) for row in made["indicadores"]] == [
        (a["name"], "2.5", "true"),
        (b["name"], "2.5", "false"),
    ]
    assert made["indicadores"][0]["pior"] == "70" and made["ciclo"] == "2025-2026"
    assert not made.get("rejeitados")
    # A prefeitura's or a secretariat's editor has no such form.
    for org in (secretaria, factories.Prefeitura(codigo_ibge="5004809")):
        web.log_in(member(org))
        assert submit(web, "/desafio/new", {**fields, "name": "alheio"}).status_code == 403
    assert model.Package.get("alheio") is None


def test_an_indicator_that_lost_its_data_does_not_stand_in_the_way_of_an_edit(coordenacao: dict[str, Any]) -> None:
    a, b = loaded(coordenacao, range(N), range(N))
    challenge = Desafio(owner_org=coordenacao["id"], indicadores=[part(a, 1, True), part(b)])
    load_values(b, dict.fromkeys(CODES[:10], 1))
    patch(challenge, title="Outro título")
    assert helpers.call_action("package_show", id=challenge["id"])["title"] == "Outro título"
