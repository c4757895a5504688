"""Peak memory of an operation, in a fresh process for each measurement.

It is what the operating system says (Linux: highest resident size since a mark), since libraries that are not Python's
are not seen by Python's own counters. The input counts in full: peak = input + growth of the process while it ran.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.rows import Goal, Row
from bench.timing import COST, FASTER, paired

STATUS = Path("/proc/self/status")
MARK = Path("/proc/self/clear_refs")
REPEATS = 2
MB = 1e6


@dataclass(frozen=True)
class Load:
    """An operation as functions of a module: a child process finds them by name.

    ``make`` gives a big input or, to load libraries and fill pools first, a small one; ``size`` is that of the big one
    as plain numbers, in bytes.
    """

    name: str
    make: Callable[[bool], Any]
    run: Callable[[Any], Any]
    size: int


def memory(operation: str, scale: str, ours: Load, peers: list[Load], goal: Goal | None, same: str) -> Iterator[Row]:
    """Ours as a multiple of the input, then each peer's beside ours; nothing where the system does not tell."""
    if not MARK.exists():
        return
    peaks = {load.name: [_peak(load) for _ in range(REPEATS)] for load in [ours, *peers]}
    sizes = [ours.size / MB] * REPEATS
    yield paired(operation, scale, "MB", "the input", peaks[ours.name], sizes, COST, goal, "–")
    for peer in peers:
        yield paired(operation, scale, "MB", peer.name, peaks[ours.name], peaks[peer.name], FASTER, None, same)


def _peak(load: Load) -> float:
    """MB: the input and what the process grew by."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_measure, args=(load.make, load.run, sender))
    child.start()
    sender.close()
    grown: float = receiver.recv()
    child.join()
    return (load.size + grown) / MB


def _measure(make: Callable[[bool], Any], run: Callable[[Any], Any], sender: Any) -> None:
    run(make(False))
    given = make(True)
    before = _resident("VmRSS")
    MARK.write_text("5")  # the highest size counts from here
    answer = run(given)
    sender.send(max(_resident("VmHWM") - before, 0))
    del answer


def _resident(name: str) -> float:
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith(name))
    return float(line.split()[1]) * 1024
