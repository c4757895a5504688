"""Runs commands side by side: the first is shown as it goes, what the others print follows when they have ended."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from devstack.progress import say

NO_TESTS = 5
"""pytest's exit code when it selected none."""
Start = Callable[[int], subprocess.Popen[bytes]]
"""Starts a command; gets the file descriptor that takes what it prints."""


def run_abreast(starts: Sequence[Start], logs: Sequence[Path]) -> int:
    """Run the commands, with their output in ``logs`` too; returns their exit code, see `exit_code`."""
    children: list[subprocess.Popen[bytes]] = []
    try:
        with logs[0].open("wb") as first:
            children.append(starts[0](subprocess.PIPE))
            shown = threading.Thread(target=_show, args=(children[0].stdout, first), daemon=True)
            shown.start()
            for start, log in zip(starts[1:], logs[1:], strict=True):
                with log.open("wb") as output:
                    children.append(start(output.fileno()))
            children[0].wait()
            shown.join(10)
        for child, log in zip(children[1:], logs[1:], strict=True):
            if child.poll() is None:
                say("→ The other part is still running …")
            child.wait()
            _print(log)
    finally:
        end(children)
    for child, log in zip(children, logs, strict=True):
        say(f"{'✗' if exit_code([child.returncode, 0]) else '✓'} {last_line(log)}")
    return exit_code([child.returncode for child in children])


def exit_code(codes: Sequence[int]) -> int:
    """The first that failed, or 0. A part without tests failed only when there were none in the others either."""
    told = [code for code in codes if code != NO_TESTS] or [NO_TESTS]
    return next((code for code in told if code), 0)


def last_line(log: Path) -> str:
    """What pytest ends with: how many tests passed and failed, and in what time."""
    return log.read_text(errors="replace").rstrip().rpartition("\n")[2].strip("= ")


def end(children: Sequence[subprocess.Popen[bytes]], seconds: float = 15) -> None:
    """Wait for what Ctrl-C is stopping already, interrupt what it did not reach, kill what does not listen."""
    for ask in (None, signal.SIGINT, signal.SIGKILL):
        for child in children:
            if ask and child.poll() is None:
                child.send_signal(ask)
        for child in children:
            with suppress(subprocess.TimeoutExpired):
                child.wait(seconds)


def _show(source: IO[bytes], log: IO[bytes]) -> None:
    while chunk := os.read(source.fileno(), 65536):
        log.write(chunk)
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()


def _print(log: Path) -> None:
    sys.stdout.flush()
    with log.open("rb") as lines:
        shutil.copyfileobj(lines, sys.stdout.buffer)
    sys.stdout.buffer.flush()
