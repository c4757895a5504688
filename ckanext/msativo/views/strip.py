"""A strip: one municipality among all on one line. Worst at the left, the critical part shaded, the median a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ckanext.msativo.logic import pages

WIDTH, HEIGHT, MARGIN = 400, 24, 7
# Ticks that fall on the same unit are drawn once, darker: a strip never grows beyond its width, however many there are.
DEPTHS = (1, 2, 3)
_KEPT = 4096


@dataclass(frozen=True)
class Ground:
    """What is equal for all municipalities of one result: ``ticks`` has one path per depth of shade."""

    best: float
    worst: float
    ticks: tuple[str, ...]
    median: int | None
    shade: int | None
    """Where the critical part ends; None where no one limit divides it."""

    def place(self, value: float) -> int:
        """Horizontal place of a value, the worst at the left."""
        if self.best == self.worst:
            return WIDTH // 2
        share = (value - self.worst) / (self.best - self.worst)
        return round(MARGIN + min(max(share, 0.0), 1.0) * (WIDTH - 2 * MARGIN))


def ground(values: Sequence[float], polarity: int, median: float | None, limit: float | None) -> Ground:
    best, worst = (max(values), min(values)) if polarity > 0 else (min(values), max(values))
    bare = Ground(best=best, worst=worst, ticks=(), median=None, shade=None)
    places = Counter(bare.place(value) for value in values)
    paths = tuple(
        "".join(f"M{x} 6v12" for x in sorted(places) if min(places[x], DEPTHS[-1]) == depth) for depth in DEPTHS
    )
    return Ground(
        best=best,
        worst=worst,
        ticks=paths,
        median=None if median is None else bare.place(median),
        shade=_shade(bare, limit, polarity),
    )


def _shade(bare: Ground, limit: float | None, polarity: int) -> int | None:
    if limit is None or (limit - bare.worst) * polarity < 0:
        return None
    return bare.place(limit)


_grounds: dict[int, Ground] = {}


def grounds(of: Iterable[pages.Indicator]) -> dict[int, Ground]:
    """The strips of results at their default years, by the result's id; a result never changes, so they are kept."""
    wanted = {item.resultado: item for item in of if item.resultado and item.com_valor}
    missing = [identifier for identifier in wanted if identifier not in _grounds]
    if missing:
        if len(_grounds) + len(missing) > _KEPT:
            _grounds.clear()
        for identifier, values in pages.values(missing).items():
            item = wanted[identifier]
            _grounds[identifier] = ground(values, item.polarity, item.mediana, item.limite)
    return {identifier: _grounds[identifier] for identifier in wanted if identifier in _grounds}
