"""JSON as the agencies' interfaces answer it: parsed once, strictly, with the place of a fault."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from ckanext.msativo.sources.files import SourceFile

_STARTS = ("{", "[")
_HEAD = 4096


def is_json(source: SourceFile) -> bool:
    """Whether the text begins with a brace or a bracket."""
    head = source.head[:_HEAD].decode(source.encoding, errors="ignore")
    return head.lstrip("\N{ZERO WIDTH NO-BREAK SPACE} \t\r\n").startswith(_STARTS)


def parse_json(source: SourceFile) -> Any:
    """The document; refuses what is cut off, damaged, nested too deeply, or repeats a key."""
    with source.open() as stream:
        data = stream.read(source.max_unpacked_bytes + 1)
    if len(data) > source.max_unpacked_bytes:
        raise source.refusal("too_large_text", limit=round(source.max_unpacked_bytes / 2**20, 1))
    encoding = source.encoding
    try:
        text = data.decode(encoding).lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise source.refusal("bad_encoding", encoding=encoding) from None
    except json.JSONDecodeError as error:
        raise source.refusal("bad_json", row=error.lineno, column=str(error.colno), reason=error.msg) from None
    except _Repeated as error:
        raise source.refusal("repeated_json_key", key=error.key[:60]) from None
    except RecursionError:
        raise source.refusal("bad_json", reason="nested too deeply") from None
    except ValueError as error:
        raise source.refusal("bad_json", reason=str(error)[:120]) from None


class _Repeated(Exception):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        seen: set[str] = set()
        raise _Repeated(next(key for key, _ in pairs if key in seen or seen.add(key)))
    return mapping


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def described(document: object) -> str:
    """What a document is, for a message: its type and the first of its keys."""
    one = document[0] if isinstance(document, list) and document else document
    if isinstance(one, dict):
        return ", ".join(str(key) for key in list(one)[:8])[:200] or "{}"
    return type(one).__name__
