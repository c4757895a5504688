"""Shows what is going on: one line per step with its time. Steps may run side by side."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()


def say(text: str) -> None:
    with _lock:
        print(text, flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Print the step when it begins to take long and when it ends."""
    started = time.monotonic()
    announce = threading.Timer(1.0, say, [f"→ {name} …"])
    announce.start()
    try:
        yield
    finally:
        announce.cancel()
    say(f"✓ {name} ({time.monotonic() - started:.0f} s)")
