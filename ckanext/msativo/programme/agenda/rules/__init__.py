"""The agenda's rules, one file each; importing this package registers them all."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

FILES = tuple(sorted(info.name for info in iter_modules(list(__path__))))
for _name in FILES:
    import_module(f"{__name__}.{_name}")
