"""The bench measures turn by turn, refuses other answers, and tells which way a ratio reads. No test of time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from bench import __main__ as command
from bench import registry, report, timing
from bench.data import lattice
from bench.rows import Goal, Row
from bench.timing import COST, FASTER, Disagreement, Peer, compare, paired


def row(goal: Goal | None = None, reading: str = FASTER) -> Row:
    return paired("sum", "3", "s", "other", [1.0, 2.0, 4.0], [2.0, 6.0, 4.0], reading, goal, "equal")


@pytest.fixture
def one_topic(monkeypatch: pytest.MonkeyPatch) -> None:
    def topic() -> Iterator[Row]:
        yield row(Goal(at_least=2))

    monkeypatch.setattr(registry, "TOPICS", {"sums": topic})
    monkeypatch.setattr(registry, "load", lambda: None)


def test_ours_and_the_peers_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "SHORTEST", 0.0)
    order: list[str] = []

    def run(name: str) -> Callable[[object], str]:
        return lambda given: order.append(name) or "same"

    peers = [Peer(name, run(name), lambda one, other: one == other, "equal") for name in ("b", "c")]
    rows = list(compare("x", "1", run("a"), peers, [1, 1, 1]))
    assert order == ["a", "b", "c"] * 5  # compared, warmed, and three turns
    assert [found.pairs for found in rows] == [3, 3]


def test_a_peer_gets_the_input_in_its_own_form_once_for_each_input() -> None:
    prepared: list[object] = []

    def prepare(given: object) -> str:
        prepared.append(given)
        return str(given)

    peer = Peer("b", lambda text: int(text), lambda one, other: one == other, "equal", prepare)
    first, second = 1000, 2000
    list(compare("x", "1", lambda given: given, [peer], [first, first, second]))
    assert prepared == [first, second]


def test_another_answer_is_refused() -> None:
    peer = Peer("other", lambda given: given + 1, lambda one, other: one == other, "equal")
    with pytest.raises(Disagreement, match="x: other gives another answer"):
        list(compare("x", "1", lambda given: given, [peer], [1]))


def test_the_ratio_is_the_median_of_the_pairs() -> None:
    assert (row().ratio, row().low, row().high) == (2.0, 1.0, 3.0)
    assert (row().ours, row().theirs) == (2.0, 4.0)
    cost = row(reading=COST)
    assert (cost.ratio, cost.low, cost.high) == (0.5, pytest.approx(1 / 3), 1.0)


@pytest.mark.parametrize(
    ("goal", "met"), [(Goal(at_least=2), True), (Goal(at_least=2.5), False), (Goal(at_most=1.9), False), (None, None)]
)
def test_a_goal_is_met_by_the_median(goal: Goal | None, met: bool | None) -> None:
    assert row(goal).met is met


@pytest.mark.usefixtures("one_topic")
def test_the_command_prints_one_table_and_keeps_the_numbers(tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "found.json"
    assert command.main(["sums", "--json", str(target)]) == 0
    assert "| sum " in capsys.readouterr().out
    (kept,) = json.loads(target.read_text())["rows"]
    assert (kept["ratio"], kept["goal"], kept["met"]) == (2.0, "≥ 2", True)


@pytest.mark.usefixtures("one_topic")
def test_an_unknown_topic_is_named_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["products"]) == 2
    assert "No topic named products. Known: sums." in capsys.readouterr().err


def test_amounts_are_shown_in_a_unit_that_fits() -> None:
    line = report.table([row()]).splitlines()[-1]
    assert "| 2 s " in line
    assert "| 4 s " in line


def test_every_topic_is_found_by_being_in_the_folder() -> None:
    registry.load()
    assert {"flags", "normalisation", "uncertainty", "focus", "jenks", "theil_sen", "rates", "local_moran"} <= set(
        registry.TOPICS
    )


def test_a_board_of_nine_fields() -> None:
    near = lattice(9)
    assert near[0] == [1, 3, 4]
    assert near[4] == [0, 1, 2, 3, 5, 6, 7, 8]
    assert all(unit in near[other] for unit in range(9) for other in near[unit])


def test_the_last_row_of_a_board_may_be_short() -> None:
    assert lattice(5) == [[1, 3, 4], [0, 2, 3, 4], [1, 4], [0, 1, 4], [0, 1, 2, 3]]
