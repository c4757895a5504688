"""Real figures of Mato Grosso do Sul for the demonstration: one tidy CSV per source.

Made by ``scripts/build_demo_data.py``; described, indicator by indicator, in ``catalogo``. Years
before a municipality was installed are left out. ``populacao.csv`` is no indicator: it holds the
denominators and the profile by which municipalities are compared.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
COLUMNS = ("indicador", "codigo_ibge", "ano", "valor", "numerador", "denominador", "nota")
AUXILIARIES = ("populacao", "grau-de-urbanizacao")


def data_files() -> tuple[Path, ...]:
    """Return the demonstration's CSV files, by name."""
    return tuple(sorted(FOLDER.glob("*.csv")))
