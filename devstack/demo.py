"""``make demo``: the whole portal with real indicators, running in the background."""

from __future__ import annotations

import os
import shutil

from devstack.bootstrap import STACK
from devstack.ckan import Ckan
from devstack.guard import claim
from devstack.process import StackError
from devstack.profile import SERVER_VARIABLES, Profile
from devstack.progress import say, step

NAME = "demo"


def profile(given: dict[str, str] | None = None) -> Profile:
    return Profile(NAME, given or {})


def given_servers() -> dict[str, str]:
    """The servers that the environment names instead of the demo's own."""
    given = {key: value for key in SERVER_VARIABLES if (value := os.environ.get(key))}
    databases = [key for key in SERVER_VARIABLES[:3] if key in given]
    if databases and len(databases) < 3:
        missing = [key for key in SERVER_VARIABLES[:3] if key not in given]
        raise StackError(
            f"PostgreSQL is named only in part: set {', '.join(missing)} too, or unset {', '.join(databases)}."
        )
    return given


def demo() -> None:
    """Start the servers, fill the portal, start web and worker. Run again it changes nothing."""
    current = profile(given_servers())
    if current.given:
        with step("Looking at the servers given by the environment"):
            claim(current.given, current.secrets["token"])
    current.start_servers()
    ckan = Ckan(current)
    ckan.configure()
    with step("Database tables"):
        ckan.command("db", "upgrade")
        ckan.command("db", "pending-migrations", "--apply")
    ckan.command("msativo", "demo", "--accounts", str(current.folder / "accounts.json"), show=True)
    with step("Portal"):
        ckan.start()
    ckan.command("msativo", "demo", "--summary", "--accounts", str(current.folder / "accounts.json"), show=True)
    say(f"\nThe portal is running: {ckan.url}")
    say("`make logs` shows what it does, `make stop` stops it, `make clean` removes it.")


def stop() -> None:
    """Stop everything that was started here; what the environment named is not ours to stop."""
    if not (STACK / NAME / "profile.json").exists():
        say("Nothing is running.")
        return
    current = profile()
    stopped = Ckan(current).stop() + current.stop()
    say(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing is running.")


def logs() -> None:
    """Print the last lines of each log."""
    for path in sorted((STACK / NAME).glob("*.log")):
        lines = path.read_text(errors="replace").splitlines()[-25:]
        say(f"── {path.relative_to(STACK.parent)}\n" + "\n".join(lines))


def clean() -> None:
    """Stop and remove everything, the Python environment included."""
    for known in STACK.glob("*/profile.json"):
        current = Profile(known.parent.name)
        Ckan(current).stop()
        current.stop()
        current.postgres.remove()
    shutil.rmtree(STACK, ignore_errors=True)
    say("Removed .devstack/.")
