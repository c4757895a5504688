"""A background process that outlives the command which started it, known by its id *and* its start time."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil


class StackError(Exception):
    """One line for a person: what is wrong and what to do."""


def free_port() -> int:
    """A TCP port on loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def wait_until(ready: Callable[[], bool], alive: Callable[[], bool], what: str, log: Path, seconds: float = 90) -> None:
    """Poll ``ready``; raise with the log's last lines when the process died or the time is over."""
    deadline = time.monotonic() + seconds
    while not ready():
        if not alive() or time.monotonic() > deadline:
            tail = log.read_text(errors="replace").strip().splitlines()[-8:] if log.exists() else []
            raise StackError(f"{what} did not start; its log is {log}:\n  " + "\n  ".join(tail))
        time.sleep(0.1)


@dataclass(frozen=True)
class Background:
    """One named process of a profile; ``folder`` keeps its pid file and its log."""

    name: str
    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def _pidfile(self) -> Path:
        return self.folder / f"{self.name}.pid"

    def _process(self) -> psutil.Process | None:
        # A pid alone may by now belong to somebody else: the start time tells.
        try:
            known = json.loads(self._pidfile.read_text())
            process = psutil.Process(known["pid"])
            same = abs(process.create_time() - known["started"]) < 1
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except (OSError, ValueError, KeyError, psutil.Error):
            return None

    def alive(self) -> bool:
        return self._process() is not None

    def start(
        self, argv: list[str], *, env: Mapping[str, str] | None = None, cwd: Path | None = None, user: int | None = None
    ) -> None:
        """Start detached from this terminal; ``user`` drops root to that uid and the gid of the same number."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            child = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=env,
                cwd=cwd,
                start_new_session=True,
                user=user,
                group=user,
                extra_groups=None if user is None else [],
            )
        started = psutil.Process(child.pid).create_time()
        self._pidfile.write_text(json.dumps({"pid": child.pid, "started": started}))

    def stop(self, seconds: float = 20) -> bool:
        """End the process and its children; return whether there was one."""
        process = self._process()
        if process:
            family = [process, *process.children(recursive=True)]
            process.terminate()
            _, left = psutil.wait_procs(family, timeout=seconds)
            for straggler in left:
                straggler.kill()
            psutil.wait_procs(left, timeout=5)
        self._pidfile.unlink(missing_ok=True)
        return process is not None
