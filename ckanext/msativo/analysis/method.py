"""The method of one indicator: everything that decides its states, in one hashable description."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from ckanext.msativo.analysis.coverages import MIN_COVERAGE, TOLERANCE
from ckanext.msativo.analysis.errors import AnalysisError, listed
from ckanext.msativo.analysis.grouping import MIN_GROUP
from ckanext.msativo.analysis.orientation import Orientation, read_polarity
from ckanext.msativo.analysis.rules import RULES
from ckanext.msativo.analysis.small_numbers import MIN_EVENTS, POOL_YEARS
from ckanext.msativo.i18n_marker import N_

KINDS = ("taxa_eventos", "proporcao", "media", "razao", "nivel", "indice")


@dataclass(frozen=True)
class IndicatorMethod:
    """How an indicator is judged. Checked when made; raises AnalysisError.

    ``polarity``  1, −1, or a target band (lo, hi)
    ``reference_group``  name of the partition that ``evaluate`` receives as ``groups`` (``regiao``,
                  ``faixa_populacao``, …); None = the whole state
    ``kind``      the indicator's type; small-number handling is for ``taxa_eventos`` only, and then
                  values are events / population × ``factor``, pooled over ``pool_years`` years
    """

    rule: str = "quantil"
    params: Mapping[str, Any] = field(default_factory=dict)
    polarity: int | tuple[float, float] = 1
    min_coverage: float = MIN_COVERAGE
    tolerance: int = TOLERANCE
    reference_group: str | None = None
    min_group: int = MIN_GROUP
    kind: str = "nivel"
    factor: float = 1.0
    pool_years: int = POOL_YEARS
    min_events: int = MIN_EVENTS

    def __post_init__(self) -> None:
        resolved = RULES.get(self.rule).resolve(dict(self.params), self.orientation)
        band = self.orientation.band
        object.__setattr__(self, "params", resolved)
        object.__setattr__(self, "polarity", band or int(self.orientation.sign))
        self._check("min_coverage", 0 <= self.min_coverage <= 1, N_("a share from 0 to 1"))
        self._check("tolerance", self.tolerance >= 0, N_("a number of years, 0 or more"))
        self._check("min_group", self.min_group >= 1, N_("1 or more"))
        self._check("pool_years", self.pool_years >= 1, N_("1 or more"))
        self._check("min_events", self.min_events >= 0, N_("0 or more"))
        self._check("factor", self.factor > 0, N_("greater than 0"))
        self._check("kind", self.kind in KINDS, listed(KINDS))

    @property
    def orientation(self) -> Orientation:
        return read_polarity(self.polarity)

    def as_dict(self) -> dict[str, Any]:
        """All settings, defaults included, sorted by name and ready for JSON."""
        plain = {item.name: _plain(getattr(self, item.name)) for item in fields(self)}
        return dict(sorted(plain.items()))

    @classmethod
    def from_dict(cls, settings: Mapping[str, Any]) -> IndicatorMethod:
        """The method of ``as_dict``; unknown settings are an error."""
        known = [item.name for item in fields(cls)]
        unknown = [name for name in settings if name not in known]
        if unknown:
            raise AnalysisError(
                "unknown_setting",
                N_("A method has no setting “{name}”. Its settings: {known}."),
                name=listed(unknown),
                known=listed(known),
            )
        return cls(**settings)

    def hash(self) -> str:
        """sha256 of the canonical JSON of ``as_dict``."""
        return canonical_hash(self.as_dict())

    def _check(self, name: str, fine: bool, expects: str) -> None:
        if not fine:
            raise AnalysisError(
                "bad_setting",
                N_("The method's “{name}” is {value}; it must be {expects}."),
                name=name,
                value=repr(getattr(self, name)),
                expects=expects,
            )


def canonical_json(facts: Any) -> str:
    """JSON that depends on the content only: sorted keys, no spaces, no NaN."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_hash(facts: Any) -> str:
    """sha256 (hex) of the canonical JSON."""
    return hashlib.sha256(canonical_json(facts).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(value[name]) for name in sorted(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value
