"""Background processes are known by id and start time, so that nobody else's is ever stopped."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from devstack.process import Background, StackError, free_port, port_is_taken, wait_until


def test_a_process_is_stopped_with_its_children(tmp_path: Path) -> None:
    process = Background("sleeper", tmp_path)
    process.start([sys.executable, "-c", "import subprocess; subprocess.run(['sleep', '60'])"])
    assert process.alive()
    assert process.stop()
    assert not process.alive()
    assert not process.stop()


def test_a_pid_that_now_belongs_to_somebody_else_is_not_ours(tmp_path: Path) -> None:
    process = Background("other", tmp_path)
    (tmp_path / "other.pid").write_text(json.dumps({"pid": os.getpid(), "started": 1.0}))
    assert not process.alive()
    assert not process.stop()


def test_a_process_that_dies_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    process = Background("broken", tmp_path)
    process.start([sys.executable, "-c", "raise SystemExit('no such setting')"])
    with pytest.raises(StackError, match="no such setting"):
        wait_until(lambda: False, process.alive, "The server", process.log, seconds=20)


def test_a_free_port_is_free() -> None:
    assert not port_is_taken(free_port())
