"""The registry of topics: name → a function that yields its measurements one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from bench.rows import Row

Topic = Callable[[], Iterator[Row]]
TOPICS: dict[str, Topic] = {}


class UnknownTopic(Exception):
    """A name that nothing is registered under."""


def bench(name: str) -> Callable[[Topic], Topic]:
    """Register a topic; a name can be taken once."""

    def register(topic: Topic) -> Topic:
        if name in TOPICS:
            raise ValueError(f"There is already a topic named {name!r}.")
        TOPICS[name] = topic
        return topic

    return register


def load() -> None:
    """Import every module of this folder, so that each registers its topics."""
    for module in iter_modules([str(Path(__file__).parent)]):
        if not module.ispkg and module.name != "__main__":
            import_module(f"bench.{module.name}")


def chosen(names: list[str]) -> dict[str, Topic]:
    """The named topics, all of them without a name."""
    unknown = [name for name in names if name not in TOPICS]
    if unknown:
        raise UnknownTopic(f"No topic named {', '.join(unknown)}. Known: {', '.join(sorted(TOPICS))}.")
    return {name: TOPICS[name] for name in names or sorted(TOPICS)}
