"""YAML with line numbers: every value knows where it stands, so that an error can say so."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import yaml

_SHOWN = 60


class YamlFault(ValueError):
    """The file cannot be read as a YAML mapping."""

    def __init__(self, reason: str, line: int = 1) -> None:
        self.reason = reason
        self.line = line
        super().__init__(f"line {line}: {reason}")


@dataclass(frozen=True)
class Located:
    """A value and its line (from 1): a scalar, ``dict[str, Located]`` or ``list[Located]``."""

    value: Any
    line: int

    def shown(self) -> str:
        """Return the value short enough for a message."""
        kinds = {dict: "{…}", list: "[…]"}
        text = kinds.get(type(self.value)) or str(self.value)
        return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def read_mapping(content: bytes) -> tuple[dict[str, Located], list[Located]]:
    """Return the document's mapping and the keys written twice. Raises :class:`YamlFault`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise YamlFault("it is not UTF-8 text", line) from error
    repeated: list[Located] = []
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        located = _locate(loader, node, repeated) if node is not None else Located({}, 1)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise YamlFault(error.problem or str(error), mark.line + 1 if mark else 1) from error
    except (yaml.YAMLError, ValueError) as error:
        raise YamlFault(" ".join(str(error).split())) from error
    if not isinstance(located.value, dict):
        raise YamlFault("it is not a mapping of keys and values", located.line)
    return located.value, repeated


def _locate(loader: yaml.SafeLoader, node: yaml.Node, repeated: list[Located]) -> Located:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Located] = {}
        for key_node, value_node in node.value:
            key = str(loader.construct_object(key_node, deep=True))
            if key in mapping:
                repeated.append(Located(key, key_node.start_mark.line + 1))
            value = _locate(loader, value_node, repeated)
            # An error about a key points at the key, even when its text starts a line below.
            mapping[key] = Located(value.value, key_node.start_mark.line + 1)
        return Located(mapping, line)
    if isinstance(node, yaml.SequenceNode):
        return Located([_locate(loader, item, repeated) for item in node.value], line)
    value = loader.construct_object(node, deep=True)
    is_date = isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)
    return Located(value.isoformat() if is_date else value, line)
