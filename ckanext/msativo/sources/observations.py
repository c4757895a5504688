"""The observations of one indicator: one row per municipality and year, in one fixed order."""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

FIELDS = ("codigo_ibge", "ano", "valor", "numerador", "denominador", "nota")
_CHUNK = 50_000


@dataclass(frozen=True, eq=False)
class Observations:
    """Columns of equal length, sorted by the unique key (codigo_ibge, ano); NaN = missing number.

    `codigo_ibge` holds 7-digit texts, `nota` texts or None, `row` the row in the source file.
    Arrays may be read-only. Raises ValueError when the order or the key is broken.
    """

    codigo_ibge: NDArray[np.object_]
    ano: NDArray[np.int32]
    valor: NDArray[np.float64]
    numerador: NDArray[np.float64]
    denominador: NDArray[np.float64]
    nota: NDArray[np.object_]
    row: NDArray[np.int32]

    def __post_init__(self) -> None:
        if len({len(getattr(self, name)) for name in (*FIELDS, "row")}) != 1:
            raise ValueError("columns of different length")
        code, ano = self.codigo_ibge, self.ano
        rising = (code[1:] > code[:-1]) | ((code[1:] == code[:-1]) & (ano[1:] > ano[:-1]))
        if not rising.all():
            at = int(np.argmin(rising.astype(bool))) + 1
            raise ValueError(f"({code[at]}, {ano[at]}) is out of order or there twice")

    @classmethod
    def of(
        cls,
        codigo_ibge: Sequence[str],
        ano: Sequence[int],
        valor: Sequence[float],
        *,
        numerador: Sequence[float] | None = None,
        denominador: Sequence[float] | None = None,
        nota: Sequence[str | None] | None = None,
        row: Sequence[int] | None = None,
    ) -> Observations:
        """Build from columns in any order, None = all missing. ValueError if a key repeats."""
        n = len(codigo_ibge)
        order = np.array(sorted(range(n), key=lambda i: (codigo_ibge[i], ano[i])), dtype=np.intp)

        def column(values: Sequence[Any] | None, dtype: Any, missing: object) -> NDArray[Any]:
            return np.array([missing] * n if values is None else values, dtype=dtype)[order]

        return cls(
            column(codigo_ibge, object, None),
            column(ano, np.int32, 0),
            column(valor, np.float64, np.nan),
            column(numerador, np.float64, np.nan),
            column(denominador, np.float64, np.nan),
            column(nota, object, None),
            column(row, np.int32, 0),
        )

    @classmethod
    def from_csv(cls, text: str) -> Observations:
        """Read what `canonical_csv`, or a database's COPY of such a table, wrote; rows without a key are passed over.

        Raises ValueError when a key is there twice or a number cannot be read.
        """
        reader = csv.reader(io.StringIO(text))
        if next(reader, None) != list(FIELDS):
            raise ValueError(f"the first line must be {','.join(FIELDS)}")
        rows = [row for row in reader if row[0] and row[1]]
        code, ano, valor, numerador, denominador, nota = list(zip(*rows, strict=True)) or [()] * len(FIELDS)
        return cls(
            np.array(code, object),
            np.array([int(year) for year in ano], np.int32),
            _numbers(valor),
            _numbers(numerador),
            _numbers(denominador),
            np.array([cell or None for cell in nota], object),
            np.zeros(len(rows), np.int32),
        )

    def __len__(self) -> int:
        return len(self.ano)

    def canonical_csv(self) -> Iterator[str]:
        """The rows as CSV text in pieces: LF, floats in their shortest exact form, empty = missing.

        It does not depend on the order, the notation or the row numbers of the source.
        """
        yield ",".join(FIELDS) + "\n"
        for start in range(0, len(self), _CHUNK):
            part = slice(start, start + _CHUNK)
            buffer = io.StringIO()
            csv.writer(buffer, lineterminator="\n").writerows(
                zip(
                    self.codigo_ibge[part],
                    self.ano[part].tolist(),
                    _texts(self.valor[part]),
                    _texts(self.numerador[part]),
                    _texts(self.denominador[part]),
                    ("" if nota is None else nota for nota in self.nota[part]),
                    strict=True,
                )
            )
            yield buffer.getvalue()

    def content_hash(self) -> str:
        """sha256 (hex) of `canonical_csv`: equal for equal observations."""
        digest = hashlib.sha256()
        for piece in self.canonical_csv():
            digest.update(piece.encode())
        return digest.hexdigest()


def _numbers(cells: Sequence[str]) -> NDArray[np.float64]:
    return np.array([float(cell) if cell else np.nan for cell in cells], np.float64)


def _texts(values: NDArray[np.float64]) -> list[str]:
    # Adding 0.0 turns -0.0, which is the same observation, into 0.0.
    return ["" if value != value else _text(value) for value in (values + 0.0).tolist()]


def _text(value: float) -> str:
    """The shortest exact text, as PostgreSQL writes it: so a table read in bulk has the same bytes and hash."""
    if abs(value) < _LARGE and value.is_integer():
        return str(int(value))
    if _LARGE <= abs(value) < math.inf:
        return f"{Decimal(repr(value)).normalize():e}"
    return {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value) or repr(value)


_LARGE = 1e15
"""From here on PostgreSQL writes numbers with an exponent."""
