"""Whatever happens to a file of any format on its way, the answer is a Reading that says what is wrong."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.msativo.sources import Reading, read, readers
from ckanext.msativo.tests.sources import (
    test_frictionless,
    test_ibge_json,
    test_ideb,
    test_institutes,
    test_siconfi,
    test_sidra_xlsx,
    test_snis,
    test_tabnet,
)
from ckanext.msativo.tests.sources.factories import context, text, workbook


def dumped(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


PLACE = "5003207"
FEATURE = {
    "properties": {"codarea": "5003207"},
    "geometry": {"type": "Polygon", "coordinates": [test_ibge_json.SQUARE]},
}
FILES: dict[str, bytes] = {
    "tabnet": test_tabnet.tabnet(*test_tabnet.TITLES, test_tabnet.YEARS, *test_tabnet.ROWS, test_tabnet.TOTAL),
    "sidra_xlsx": workbook({"Tabela": test_sidra_xlsx.by_name(("Campo Grande (MS)", 1, "-", "...")), "Notas": []}),
    "sidra_json": dumped(
        [test_ibge_json.SIDRA_HEADER, test_ibge_json.sidra("1"), test_ibge_json.sidra("X", "5003207")]
    ),
    "agregados_v3": dumped(test_ibge_json.variable(test_ibge_json.agregado({"2020": "1"}), sexo="Homens")),
    "ideb": workbook(test_ideb.ideb(test_ideb.row(5002704, "Pública", 1, "ND", "-", 2))),
    "atlas_brasil": workbook(
        {"MUN": [test_institutes.HEADER, *test_institutes.ROWS], "Siglas": test_institutes.SIGLAS}
    ),
    "siconfi": dumped({"items": [test_siconfi.item(), test_siconfi.item("%")], "hasMore": False}),
    "finbra": (test_siconfi.FINBRA + test_siconfi.ROW + "1,50\n").encode("latin-1"),
    "snis": "\n".join([test_snis.HEADER, test_snis.ROW, test_snis.DOTTED]).encode("utf-16-le"),
    "atlas_violencia": text([("5002704", "CG", "2019", "1.5")] * 2, test_institutes.VIOLENCE),
    "ipeadata": dumped({"value": [test_institutes.value(), test_institutes.value("5003207")]}),
    "ibge_localidades": dumped([test_ibge_json.nested(5002704, "Campo Grande")]),
    "ibge_malhas": dumped({"type": "FeatureCollection", "features": [FEATURE]}),
    "frictionless": test_frictionless.packed(test_frictionless.PACKAGE),
}


def test_every_format_is_recognised_by_its_content_and_read_without_a_problem() -> None:
    assert {*FILES, "tidy"} == set(readers())
    for name, data in FILES.items():
        reading = read(data, "arquivo", context())
        assert (reading.reader, reading.problems) == (name, ())
        assert reading.series or reading.units or reading.boundaries
        assert set(reading.provenance) == set(reading.series)


@pytest.mark.parametrize("name", FILES)
def test_a_reader_given_another_format_refuses_it(name: str) -> None:
    for other, data in FILES.items():
        reading = read(data, "arquivo", context(), reader=name)
        if other != name:
            assert reading.problems, (name, other)


def answered(reading: Reading) -> None:
    """A reading either has something, or says why not; all of it can be said."""
    assert reading.series or reading.units or reading.boundaries or reading.problems
    assert all(str(problem) for problem in reading.problems)
    assert all(str(note) for note in reading.notes)


def damaged(draw: Callable[[Any], Any], data: bytes) -> bytes:
    at = draw(st.integers(0, len(data)))
    kind = draw(st.sampled_from(["cut", "insert", "overwrite", "drop", "repeat"]))
    junk = draw(st.binary(min_size=1, max_size=12))
    other = draw(st.integers(at, min(len(data), at + 200)))
    return {
        "cut": data[:at],
        "insert": data[:at] + junk + data[at:],
        "overwrite": data[:at] + junk + data[at + len(junk) :],
        "drop": data[:at] + data[other:],
        "repeat": data[:other] + data[at:],
    }[kind]


@pytest.mark.parametrize("name", FILES)
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damage_is_answered(name: str, data: Any) -> None:
    broken = damaged(data.draw, FILES[name])
    answered(read(broken, "arquivo", context()))
    answered(read(broken, "arquivo", context(), reader=name))


def leaves(document: Any, path: tuple = ()) -> list[tuple]:
    """The paths of everything inside a document."""
    inner = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    return [path, *(leaf for key, value in inner for leaf in leaves(value, (*path, key)))]


def replaced(document: Any, path: tuple, value: Any) -> Any:
    if not path:
        return value
    copy = dict(document) if isinstance(document, dict) else list(document)
    copy[path[0]] = replaced(copy[path[0]], path[1:], value)
    return copy


STRANGE = [
    None,
    True,
    -1,
    5002704,
    1.5,
    1e308,
    10**400,
    "",
    "-",
    "x",
    "5002704",
    "2020",
    [],
    {},
    [[]],
    {"id": []},
    [None],
]


@pytest.mark.parametrize("name", [name for name, data in FILES.items() if data[:1] in (b"{", b"[")])
def test_json_of_another_shape_is_answered(name: str) -> None:
    document = json.loads(FILES[name])
    for path in leaves(document):
        for value in STRANGE:
            answered(read(dumped(replaced(document, path, value)), "arquivo", context()))
            answered(read(dumped(replaced(document, path, value)), "arquivo", context(), reader=name))


CELLS = [
    "",
    "-",
    "..",
    "ND",
    "X",
    "5002704",
    5002704.5,
    2020,
    "2020",
    1e308,
    "1.234,5",
    "Total",
    "Fonte: x",
    "Município",
]


@pytest.mark.parametrize("name", ["sidra_xlsx", "ideb", "atlas_brasil"])
@pytest.mark.parametrize("seed", range(40))
def test_workbooks_with_cells_of_other_kinds_are_answered(name: str, seed: int) -> None:
    chance = random.Random(seed)
    sheets = {
        "sidra_xlsx": {"T": test_sidra_xlsx.by_name(("Campo Grande (MS)", 1, 2, 3), ("Corumbá (MS)", 1, 2, 3))},
        "ideb": test_ideb.ideb(*[test_ideb.row(5002704, rede, 1, 2, 3, 4) for rede in ("Pública", "Municipal")]),
        "atlas_brasil": {"M": [test_institutes.HEADER, *test_institutes.ROWS], "S": test_institutes.SIGLAS},
    }[name]
    strange = {
        sheet: [tuple(chance.choice(CELLS) if chance.random() < 0.12 else cell for cell in row) for row in rows]
        for sheet, rows in sheets.items()
    }
    answered(read(workbook(strange), "arquivo", context()))
    answered(read(workbook(strange), "arquivo", context(), reader=name))
