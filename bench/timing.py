"""Times two or more ways to the same answer, turn by turn in one process, and pairs what was timed in the same turn.

What else the machine does then weighs on both of a pair, so that their ratio tells more than two times apart would.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

from bench.rows import Goal, Row

SHORTEST = 0.02
"""Seconds that one measurement takes at least; what is faster is repeated within it."""

FASTER = "theirs/ours"
COST = "ours/theirs"


class Disagreement(Exception):
    """Two ways that should lead to the same answer do not: their times mean nothing."""


@dataclass(frozen=True)
class Peer:
    """Another way to the same answer.

    ``prepare`` brings an input into the peer's own form and is not timed. ``agree(ours, theirs)`` is whether the two
    answers are the same, as ``same`` puts it in words.
    """

    name: str
    run: Callable[[Any], Any]
    agree: Callable[[Any, Any], bool]
    same: str
    prepare: Callable[[Any], Any] = lambda given: given
    goal: Goal | None = None
    reading: str = FASTER


def compare(
    operation: str,
    scale: str,
    ours: Callable[[Any], Any],
    peers: Sequence[Peer],
    inputs: Iterable[Any],
    *,
    warm: bool = True,
) -> Iterator[Row]:
    """One row for each peer. Each of ``inputs`` is one turn; give the same one again to repeat it.

    Without ``warm`` the first turn, in which the answers are compared, is timed like the others: for what takes long.
    """
    turns: list[list[float]] = []
    counts: list[int] = []
    before: Any = None
    forms: list[Any] = []
    for given in inputs:
        if given is not before:
            before, forms = given, [given, *(peer.prepare(given) for peer in peers)]
        runs = [ours, *(peer.run for peer in peers)]
        if not counts:
            taken = _check(operation, peers, runs, forms)
            if warm:
                taken = [_timed(run, form, 1)[0] for run, form in zip(runs, forms, strict=True)]
            else:
                turns.append(taken)
            counts = [max(1, int(SHORTEST / max(seconds, 1e-9))) for seconds in taken]
            if not warm:
                continue
        turns.append([_timed(run, form, count)[0] for run, form, count in zip(runs, forms, counts, strict=True)])
    mine = [turn[0] for turn in turns]
    for place, peer in enumerate(peers, start=1):
        yield _row(operation, scale, peer, mine, [turn[place] for turn in turns])


def _check(operation: str, peers: Sequence[Peer], runs: Sequence[Any], forms: Sequence[Any]) -> list[float]:
    """Compare the answers; returns how long each took."""
    taken, found = _timed(runs[0], forms[0], 1)
    seconds = [taken]
    for peer, run, form in zip(peers, runs[1:], forms[1:], strict=True):
        taken, theirs = _timed(run, form, 1)
        seconds.append(taken)
        if not peer.agree(found, theirs):
            raise Disagreement(f"{operation}: {peer.name} gives another answer ({peer.same}).")
    return seconds


def _timed(run: Callable[[Any], Any], given: Any, count: int) -> tuple[float, Any]:
    """Seconds of one run, the mean of ``count``, and its answer."""
    gc.collect()
    answer = None
    started = perf_counter()
    for _ in range(count):
        answer = run(given)
    return (perf_counter() - started) / count, answer


def _row(operation: str, scale: str, peer: Peer, ours: Sequence[float], theirs: Sequence[float]) -> Row:
    return paired(operation, scale, "s", peer.name, ours, theirs, peer.reading, peer.goal, peer.same)


def paired(
    operation: str,
    scale: str,
    unit: str,
    reference: str,
    ours: Sequence[float],
    theirs: Sequence[float],
    reading: str,
    goal: Goal | None,
    same: str,
) -> Row:
    """The row of measurements that belong together two by two."""
    ratios = [b / a if reading == FASTER else a / b for a, b in zip(ours, theirs, strict=True)]
    return Row(
        operation,
        scale,
        unit,
        median(ours),
        reference,
        median(theirs),
        reading,
        median(ratios),
        min(ratios),
        max(ratios),
        len(ratios),
        goal,
        same,
    )
