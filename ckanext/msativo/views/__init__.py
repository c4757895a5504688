"""Flask blueprints: parse, call actions, render."""

from __future__ import annotations

__all__: list[str] = []
