"""The indicators that come with the extension: one YAML per area, their sources in ``fontes.yaml``.

Read them with ``ckanext.msativo.sources.catalogo.read_catalogue(FOLDER)``.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
