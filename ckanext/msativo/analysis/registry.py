"""A registry of named objects: how rules, normalisers and means are found by name.

To add one is one file that calls ``register``; from then on its name is valid wherever it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Generic, TypeVar

from ckanext.msativo.analysis.errors import AnalysisError, listed
from ckanext.msativo.i18n_marker import N_

T = TypeVar("T")


class Registry(Generic[T]):
    """Name → object, of one ``kind`` (the word that messages use, e.g. ``rule``)."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._items: dict[str, T] = {}

    def register(self, name: str, item: T) -> T:
        """Add ``item`` under ``name``; a name can be taken once."""
        if name in self._items:
            raise AnalysisError(
                "duplicate_name",
                N_("There is already a {kind} named “{name}”. Known: {known}."),
                kind=self.kind,
                name=name,
                known=listed(self.names()),
            )
        self._items[name] = item
        return item

    def named(self, name: str) -> Callable[[T], T]:
        """Decorator form of ``register``, for registries of functions."""

        def decorate(item: T) -> T:
            return self.register(name, item)

        return decorate

    def get(self, name: str) -> T:
        """Return the object of ``name``; the error lists the known names."""
        try:
            return self._items[name]
        except (KeyError, TypeError):
            raise AnalysisError(
                "unknown_name",
                N_("There is no {kind} named “{name}”. Known: {known}."),
                kind=self.kind,
                name=name,
                known=listed(self.names()) or "–",
            ) from None

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(self._items))

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def __iter__(self) -> Iterator[T]:
        return (self._items[name] for name in self.names())

    def __len__(self) -> int:
        return len(self._items)


def import_all(package: str, path: list[str]) -> None:
    """Import every module of ``package`` so that each one registers itself."""
    for module in sorted(info.name for info in iter_modules(path)):
        import_module(f"{package}.{module}")
