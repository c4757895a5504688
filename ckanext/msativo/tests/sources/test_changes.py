"""What new observations change, counted per year."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ckanext.msativo.sources.changes import YearChange, changes, vanished_years
from ckanext.msativo.sources.observations import Observations

A, B, C = "5002704", "5003207", "5003900"
NAN = float("nan")


def rows(*cells: tuple[str, int, float] | tuple[str, int, float, str]) -> Observations:
    places, years, numbers = [c[0] for c in cells], [c[1] for c in cells], [c[2] for c in cells]
    return Observations.of(places, years, numbers, nota=[c[3] if len(c) > 3 else None for c in cells])


def test_each_kind_of_change_is_counted_in_its_year() -> None:
    old = rows((A, 2019, 1), (B, 2019, 2), (C, 2019, 3), (A, 2020, 1), (B, 2020, NAN, "suprimido"), (A, 2018, 5))
    new = rows((A, 2019, 1), (B, 2019, 2.5), (B, 2020, 4), (C, 2020, NAN), (A, 2020, NAN), (A, 2018, 5), (A, 2021, 0))
    assert changes(old, new) == (
        YearChange(2019, changed=1, removed=1, same=1),
        YearChange(2020, added=1, removed=1, details=1),
        YearChange(2021, added=1),
    )


def test_all_is_new_where_nothing_was() -> None:
    assert changes(None, rows((A, 2019, 1), (B, 2019, 0))) == (YearChange(2019, added=2),)
    assert changes(None, rows()) == ()


def test_why_a_value_is_missing_is_a_detail() -> None:
    old, new = rows((A, 2019, 1), (B, 2019, NAN, "suprimido")), rows((A, 2019, 1), (B, 2019, NAN, "nao_disponivel"))
    assert changes(old, new) == (YearChange(2019, details=1, same=1),)


def test_a_year_without_any_value_left_has_vanished() -> None:
    old = rows((A, 2018, 1), (B, 2018, 2), (A, 2019, 1), (B, 2019, 1))
    new = rows((A, 2018, NAN, "suprimido"), (A, 2019, 1))
    assert vanished_years(changes(old, new)) == [2018]


cell = st.tuples(
    st.sampled_from([A, B, C]),
    st.integers(2018, 2020),
    st.sampled_from([NAN, 0.0, -0.0, 1.0, 2.5]),
    st.sampled_from([None, "suprimido", ""]),
)
tables = st.lists(cell, max_size=9, unique_by=lambda c: c[:2]).map(
    lambda cells: (
        Observations.of(
            *(list(column) for column in zip(*(c[:3] for c in cells), strict=True)), nota=[c[3] for c in cells]
        )
        if cells
        else Observations.of([], [], [])
    )
)


@settings(deadline=None)
@given(tables, tables)
def test_no_change_means_the_same_data_version(old: Observations, new: Observations) -> None:
    assert (changes(old, new) == ()) == (old.content_hash() == new.content_hash())


@settings(deadline=None)
@given(tables, tables)
def test_backwards_what_came_is_what_goes(old: Observations, new: Observations) -> None:
    there, back = changes(old, new), changes(new, old)
    assert [(y.ano, y.added, y.changed, y.removed, y.details, y.same) for y in there] == [
        (y.ano, y.removed, y.changed, y.added, y.details, y.same) for y in back
    ]


@settings(deadline=None)
@given(tables, tables)
def test_the_counts_add_up_to_the_values(old: Observations, new: Observations) -> None:
    difference = sum(year.added - year.removed for year in changes(old, new))
    assert difference == int((new.valor == new.valor).sum()) - int((old.valor == old.valor).sum())
