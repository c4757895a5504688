"""Declared parameters of rules and other named operations: type, default, check, errors."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ckanext.msativo.analysis.errors import AnalysisError, listed
from ckanext.msativo.i18n_marker import N_

REQUIRED: Any = object()


VALUE, SHARE, SIZE = "value", "share", "size"


@dataclass(frozen=True)
class Param:
    """One parameter. ``check`` returns whether a value is acceptable, ``expects`` says what is.

    ``measure`` says how people read a float: ``VALUE`` in the indicator's own unit, ``SHARE`` from 0 to 1, ``SIZE``
    a plain number without its sign.
    """

    name: str
    kind: type
    default: Any
    label: str
    expects: str = N_("a number")
    check: Callable[[Any], bool] | None = None
    measure: str = VALUE

    @property
    def required(self) -> bool:
        return self.default is REQUIRED

    def read(self, value: Any, owner: str) -> Any:
        """Return ``value`` in the declared type, or raise an error that names the parameter."""
        if value is None and self.default is None:
            return None
        read = _as_number(value, self.kind) if self.kind in (int, float) else value
        right_type = isinstance(read, self.kind)
        if not right_type or (self.check is not None and not self.check(read)):
            raise AnalysisError(
                "bad_parameter",
                N_("“{owner}”: parameter “{name}” is {value}; it must be {expects}."),
                owner=owner,
                name=self.name,
                value=repr(value),
                expects=self.expects,
            )
        return read


def resolve(params: Sequence[Param], given: Mapping[str, Any], owner: str) -> dict[str, Any]:
    """All declared parameters, ``given`` over the defaults; unknown or missing ones are errors."""
    known = {param.name: param for param in params}
    unknown = [name for name in given if name not in known]
    if unknown:
        raise AnalysisError(
            "unknown_parameter",
            N_("“{owner}” has no parameter “{name}”. Its parameters: {known}."),
            owner=owner,
            name=listed(unknown),
            known=listed(known) or "–",
        )
    missing = [name for name, param in known.items() if param.required and name not in given]
    if missing:
        raise AnalysisError(
            "missing_parameter",
            N_("“{owner}” needs the parameter “{name}”."),
            owner=owner,
            name=listed(missing),
        )
    return {name: param.read(given[name], owner) if name in given else param.default for name, param in known.items()}


def _as_number(value: Any, kind: type) -> Any:
    """A finite int or float; anything else becomes None and fails the type check."""
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, bool) or not isinstance(plain, (int, float)) or not math.isfinite(plain):
        return None
    if kind is int:
        return int(plain) if plain == int(plain) else None
    return float(plain)
