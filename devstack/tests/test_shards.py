"""All tests run in two processes: every file in exactly one of them, and a new file is found by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import psutil
import pytest

from devstack import abreast, shards, testing
from devstack.abreast import run_abreast
from devstack.bootstrap import ROOT


def test_every_file_that_pytest_finds_by_itself_is_in_exactly_one_shard() -> None:
    dealt = Counter(name for names in testing.all_tests() for name in names)
    assert set(dealt.values()) == {1}
    on_disk = {path for path in map(Path, tracked()) if path.name.startswith("test_") and "tests" in path.parts}
    assert {Path(name) for name in dealt} == on_disk


def tracked() -> list[str]:
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*/test_*.py"]
    done = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, text=True)
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_a_new_file_is_found_by_itself(tmp_path: Path) -> None:
    for name in ("tests/test_a.py", "tests/deep/test_b.py", "tests/conftest.py", "other/test_c.py", "away/test_d.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert shards.test_files(tmp_path, ["tests", "other"]) == [
        "tests/deep/test_b.py",
        "tests/test_a.py",
        "other/test_c.py",
    ]


def test_the_heaviest_go_first_to_the_shard_that_has_least() -> None:
    # 7 | 6, then 3 joins the 6, 2 the 7, and 1 the first of the two that now have 9.
    weights = {"a": 1, "b": 2, "c": 3, "d": 6, "e": 7}
    assert shards.split(weights) == [["a", "b", "e"], ["c", "d"]]


def test_files_are_dealt_alike_whatever_their_order() -> None:
    weights = dict.fromkeys("abcdef", 5)
    again = dict(reversed(weights.items()))
    assert [set(names) for names in shards.split(weights)] == [set(names) for names in shards.split(again)]


def test_pages_and_browser_stay_together_since_they_share_a_portal() -> None:
    pages, browser = f"{shards.TOGETHER[0]}/test_x.py", f"{shards.TOGETHER[1]}/test_y.py"
    assert shards.split({pages: 5, browser: 5, "other": 9}) == [[pages, browser], ["other"]]


def test_a_file_that_asks_for_a_portal_weighs_more(tmp_path: Path) -> None:
    pure, costly = tmp_path / "test_pure.py", tmp_path / "test_costly.py"
    pure.write_text(
        "from ckanext.msativo.analysis import x\nfrom ckanext.msativo.tests.analysis import y\n" + "#" * 900
    )
    for line in ("from ckanext.msativo.tests import factories", "from ckanext.msativo.tests.views.world import World"):
        costly.write_text(f"{line}\n" + "#" * 900)
        assert shards.weight(costly) > 5 * shards.weight(pure)


def test_no_shard_has_much_more_than_the_other() -> None:
    loads = [sum(shards.weight(ROOT / name) for name in names) for names in testing.all_tests()]
    assert max(loads) < 1.1 * min(loads)


@pytest.mark.parametrize("arguments", [[], ["-k", "map"], ["-q", "--durations=5"], ["-m", "not slow"]])
def test_options_that_hold_for_each_test_are_shared(arguments: list[str]) -> None:
    assert testing.can_be_shared(arguments)


@pytest.mark.parametrize(
    "arguments",
    [["devstack/tests"], ["devstack/tests/test_shards.py::test_x"], ["--pdb"], ["-x"], ["--junitxml=a.xml"]],
)
def test_named_files_and_options_for_all_tests_at_once_keep_it_at_one_process(arguments: list[str]) -> None:
    assert not testing.can_be_shared(arguments)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [([0, 0], 0), ([0, 1], 1), ([2, 0], 2), ([5, 0], 0), ([0, 5], 0), ([5, 5], 5), ([5, 1], 1), ([0, -9], -9)],
)
def test_all_fail_when_one_fails(codes: list[int], expected: int) -> None:
    assert abreast.exit_code(codes) == expected


def python(code: str) -> abreast.Start:
    return lambda output: subprocess.Popen([sys.executable, "-uc", code], stdout=output, stderr=subprocess.STDOUT)


def test_what_both_print_is_shown_one_after_the_other_and_both_totals_last(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    slow = "import time\nprint('one', flush=True)\ntime.sleep(.5)\nprint('== 3 passed ==')"
    fast = "print('two')\nprint('== 1 failed ==')\nraise SystemExit(1)"
    assert run_abreast([python(slow), python(fast)], [tmp_path / "1.log", tmp_path / "2.log"]) == 1
    shown = capfdbinary.readouterr().out.decode().splitlines()
    assert shown == ["one", "== 3 passed ==", "two", "== 1 failed ==", "✓ 3 passed", "✗ 1 failed"]


def test_an_interruption_stops_both(tmp_path: Path) -> None:
    script = (
        # What a shell runs in the background ignores Ctrl-C, and so would all that it starts.
        "import signal, sys, subprocess, pathlib\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from devstack.abreast import run_abreast\n"
        "code = 'import time, os; print(os.getpid(), flush=True); time.sleep(60)'\n"
        "start = lambda output: subprocess.Popen([sys.executable, '-c', code], stdout=output, stderr=output)\n"
        f"run_abreast([start, start], [pathlib.Path({str(tmp_path)!r}, name) for name in ('1.log', '2.log')])\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, process_group=0
    )
    assert parent.stdout
    parent.stdout.readline()
    while not (tmp_path / "2.log").read_text().strip():
        assert parent.poll() is None
    os.killpg(parent.pid, signal.SIGINT)
    assert parent.wait(20) != 0
    for log in ("1.log", "2.log"):
        assert not psutil.pid_exists(int((tmp_path / log).read_text().split()[0]))
