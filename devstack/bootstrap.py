"""Makes the Python environment in ``.devstack/venv``. Runs on a bare Python 3.11 or 3.12: standard library only.

``python devstack/bootstrap.py`` is fast when nothing changed: a fingerprint of the requirement files and of the
interpreter says whether the environment is the one they describe. ``--with peers`` adds the packages that only the
tests and the bench compare with; once there they stay, also when it is run without.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STACK = ROOT / ".devstack"
VENV = STACK / "venv"
PYTHON = VENV / "bin" / "python"
UV_REQUIREMENTS = ROOT / "devstack" / "uv.txt"
REQUIREMENTS = ROOT / "requirements-dev.txt"
EXTRAS = {"peers": ROOT / "requirements-peers.txt"}
SUPPORTED = ((3, 11), (3, 12))
NETWORK = "Is there a network connection to the Python package index? Details are in .devstack/bootstrap.log."


class BootstrapError(Exception):
    """One line for a person: what is missing and what to do."""


def fingerprint() -> str:
    """Identify the environment that the requirement files and this interpreter ask for."""
    digest = hashlib.sha256(sys.version.encode() + str(ROOT).encode())
    for path in (UV_REQUIREMENTS, REQUIREMENTS, ROOT / "pyproject.toml", ROOT / "setup.py"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def extra_fingerprint(name: str, base: str) -> str:
    """Identify an extra on top of the environment ``base``."""
    return hashlib.sha256(base.encode() + EXTRAS[name].read_bytes()).hexdigest()


def stamp_of(name: str) -> Path:
    """The file that says what is installed; written when all of it is."""
    return STACK / f"{name}.fingerprint"


def is_current(name: str, wanted: str) -> bool:
    stamp = stamp_of(name)
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted


def run(step: str, argv: list[str | Path], hint: str) -> None:
    """Run one command; its output goes to the log and is shown only when it fails."""
    log = STACK / "bootstrap.log"
    env = {
        **os.environ,
        "UV_CACHE_DIR": str(STACK / "cache" / "uv"),
        "PIP_CACHE_DIR": str(STACK / "cache" / "pip"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    # A user's own index or certificate settings stay: a proxy or mirror is the machine's affair.
    with log.open("ab") as out:
        code = subprocess.call([str(part) for part in argv], stdout=out, stderr=out, env=env)
    if code:
        tail = log.read_text(errors="replace").strip().splitlines()[-12:]
        raise BootstrapError(f"{step} failed. {hint}\n  " + "\n  ".join(tail))


def check_interpreter() -> None:
    if sys.version_info[:2] not in SUPPORTED:
        raise BootstrapError(
            f"Python {sys.version_info[0]}.{sys.version_info[1]} is not supported: "
            "install Python 3.11 or 3.12 and run `make PYTHON=python3.12 …`."
        )


def make_environment() -> None:
    """Create the environment anew: a half-made or outdated one is thrown away, never mended."""
    for name in ("venv", *EXTRAS):
        stamp_of(name).unlink(missing_ok=True)
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        venv.create(VENV, with_pip=True, symlinks=True)
    except (subprocess.CalledProcessError, OSError) as error:
        raise BootstrapError(
            "Python cannot make a virtual environment here; on Debian and Ubuntu install the package "
            f"python{sys.version_info[0]}.{sys.version_info[1]}-venv ({error})."
        ) from error
    run(
        "Fetching the installer (uv)",
        [PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "--no-deps", "-r", UV_REQUIREMENTS],
        NETWORK,
    )
    install("Installing the Python packages", REQUIREMENTS)
    run("Installing this extension", [*uv_install(), "--no-build-isolation", "-e", ROOT], "Is setup.py broken?")


def uv_install() -> list[str | Path]:
    return [PYTHON, "-m", "uv", "pip", "install", "-q", "--python", PYTHON, "--no-deps"]


def install(step: str, requirements: Path) -> None:
    run(step, [*uv_install(), "--require-hashes", "-r", requirements], NETWORK)


def ensure_environment(wanted: str) -> None:
    if is_current("venv", wanted):
        return
    with progress("Python packages"):
        make_environment()
        stamp_of("venv").write_text(wanted)


def ensure_extra(name: str, base: str) -> None:
    """Install an extra on top of the environment ``base``."""
    wanted = extra_fingerprint(name, base)
    if is_current(name, wanted):
        return
    if stamp_of(name).exists():  # an older or a half-made one: what it left behind goes too
        stamp_of("venv").unlink(missing_ok=True)
        ensure_environment(base)
    with progress(f"Python packages: {name}"):
        stamp_of(name).write_text("not complete")
        install(f"Installing the {name}", EXTRAS[name])
        stamp_of(name).write_text(wanted)


@contextmanager
def progress(title: str) -> Iterator[None]:
    started = time.monotonic()
    print(f"→ {title} … ", end="", flush=True)
    yield
    print(f"done in {time.monotonic() - started:.0f} s", flush=True)


def main(argv: Sequence[str] = ()) -> int:
    parser = argparse.ArgumentParser(description="Make the Python environment in .devstack/venv.")
    parser.add_argument("--with", dest="extras", action="append", choices=list(EXTRAS), default=[], help="add these")
    extras = parser.parse_args(argv).extras
    try:
        check_interpreter()
        STACK.mkdir(exist_ok=True)
        wanted = fingerprint()
        ensure_environment(wanted)
        for name in extras:
            ensure_extra(name, wanted)
    except BootstrapError as error:
        print(f"\nerror: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
