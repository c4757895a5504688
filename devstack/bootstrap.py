"""Makes the Python environment in ``.devstack/venv``. Runs on a bare Python 3.11 or 3.12: standard library only.

``python devstack/bootstrap.py`` is fast when nothing changed: a fingerprint of the requirement files and of the
interpreter says whether the environment is the one they describe.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STACK = ROOT / ".devstack"
VENV = STACK / "venv"
PYTHON = VENV / "bin" / "python"
UV_REQUIREMENTS = ROOT / "devstack" / "uv.txt"
REQUIREMENTS = ROOT / "requirements-dev.txt"
SUPPORTED = ((3, 11), (3, 12))


class BootstrapError(Exception):
    """One line for a person: what is missing and what to do."""


def fingerprint() -> str:
    """Identify the environment that the requirement files and this interpreter ask for."""
    digest = hashlib.sha256(sys.version.encode() + str(ROOT).encode())
    for path in (UV_REQUIREMENTS, REQUIREMENTS, ROOT / "pyproject.toml", ROOT / "setup.py"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


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
    network = "Is there a network connection to the Python package index? Details are in .devstack/bootstrap.log."
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
        network,
    )
    uv = [PYTHON, "-m", "uv", "pip", "install", "-q", "--python", PYTHON, "--no-deps"]
    run("Installing the Python packages", [*uv, "--require-hashes", "-r", REQUIREMENTS], network)
    run("Installing this extension", [*uv, "--no-build-isolation", "-e", ROOT], "Is setup.py broken?")


def main() -> int:
    stamp = STACK / "venv.fingerprint"
    try:
        check_interpreter()
        wanted = fingerprint()
        if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
            return 0
        STACK.mkdir(exist_ok=True)
        stamp.unlink(missing_ok=True)
        started = time.monotonic()
        print("→ Python packages … ", end="", flush=True)
        make_environment()
        stamp.write_text(wanted)
        print(f"done in {time.monotonic() - started:.0f} s", flush=True)
    except BootstrapError as error:
        print(f"\nerror: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
