"""Reads a combination of rules from one line of text, as people write it: ``(quantil AND NOT meta) OR limiar``.

Names of rules, ``meta`` for "the target is met", parentheses, and the words and, or, not (E, OU, NÃO), in any case;
``not`` binds closest, then ``and``. Numbers come from the indicator unless they are said here: ``quantil(p=0.1)``,
``meta(80)``. The result is what ``expressions`` evaluates; an error says at which character of the text it stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from ckanext.msativo.analysis.errors import AnalysisError, listed
from ckanext.msativo.analysis.rules.base import RULES
from ckanext.msativo.i18n_marker import N_

TARGET = "meta"
COMPOSITE = "combinada"  # a combination does not hold another
LONGEST = 1000  # characters; keeps the depth of parentheses small as well
DEEPEST = 40

WORDS: Mapping[str, str] = {"and": "and", "e": "and", "or": "or", "ou": "or", "not": "not", "não": "not", "nao": "not"}
_TOKEN = re.compile(r"\s*(?:(?P<number>[+-]?\d+(?:\.\d+)?)|(?P<word>\w+)|(?P<sign>\S))")

OPERAND = N_("Character {position} of the combination: expected a rule, “meta”, “not” or “(”, found “{found}”.")
OPERATOR = N_("Character {position} of the combination: expected “and” or “or”, found “{found}”.")
CLOSING = N_("Character {position} of the combination: expected “)”, found “{found}”.")
PARAMETER = N_("Character {position} of the combination: expected a parameter as in “p=0.1”, found “{found}”.")
NUMBER = N_("Character {position} of the combination: expected a number, found “{found}”.")
UNKNOWN = N_("Character {position} of the combination: there is no rule “{found}”; the rules are {known}.")
NO_TARGET = N_("Character {position} of the combination: “meta” needs the indicator's target, and it has none.")
TOO_SHORT = N_("The combination ends too early: after its character {position} a rule, a number or a “)” is missing.")
TOO_DEEP = N_("Character {position} of the combination: more than {most} parentheses and “not” inside one another.")
TOO_LONG = N_("The combination has more than {most} characters.")

Expression = dict[str, Any]
ParamsOf = Callable[[str], Mapping[str, Any]]


class Token(NamedTuple):
    """A word, number or sign of the text; ``kind`` "" = the end. ``position`` counts from 1."""

    kind: str
    text: str
    position: int

    @property
    def word(self) -> str:
        """``and``, ``or``, ``not``, the sign itself, or "" for anything else."""
        return WORDS.get(self.text.lower(), "") if self.kind == "word" else self.text if self.kind == "sign" else ""


def read_text(text: str, params_of: ParamsOf, target: float | None = None) -> Expression:
    """The expression of a text; ``params_of`` gives what the indicator says of a rule. Raises AnalysisError."""
    if len(text) > LONGEST:
        raise AnalysisError("bad_combination", TOO_LONG, most=LONGEST)
    return _Reader(text, params_of, target).whole()


def write_text(expression: Mapping[str, Any]) -> str:
    """The line of text for an expression, numbers said in place; reading it gives the expression again."""
    if "rule" in expression:
        said = ", ".join(
            f"{name}={_plain(value)}" for name, value in (expression.get("params") or {}).items() if value is not None
        )
        return f"{expression['rule']}({said})" if said else expression["rule"]
    ((word, inner),) = expression.items()
    if word == "target_met":
        return f"{TARGET}({_plain(inner)})"
    if word == "not":
        return f"NOT {_within(inner)}"
    return f" {word.upper()} ".join(_within(part) for part in inner)


def _plain(value: float) -> str:
    """Digits and a point, whatever the size."""
    return format(Decimal(repr(float(value))).normalize(), "f")


def _within(part: Mapping[str, Any]) -> str:
    text = write_text(part)
    return f"({text})" if set(part) & {"and", "or"} else text


class _Reader:
    def __init__(self, text: str, params_of: ParamsOf, target: float | None) -> None:
        self.params_of, self.target = params_of, target
        self.tokens = [
            Token(match.lastgroup or "", match[match.lastgroup or 0], match.start(match.lastgroup or 0) + 1)
            for match in _TOKEN.finditer(text)
        ]
        self.tokens.append(Token("", "", len(text.rstrip())))
        self.depth = 0

    def whole(self) -> Expression:
        found = self._either()
        if self.tokens[0].kind:
            raise self._error(OPERATOR)
        return found

    def _either(self) -> Expression:
        return self._joined("or", lambda: self._joined("and", self._operand))

    def _joined(self, word: str, part: Callable[[], Expression]) -> Expression:
        parts = [part()]
        while self.tokens[0].word == word:
            self._take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else {word: parts}

    def _operand(self) -> Expression:
        token = self.tokens[0]
        if token.word in ("not", "("):
            return self._nested(token.word)
        if token.kind != "word" or token.word:
            raise self._error(OPERAND)
        self._take()
        return self._target(token) if token.text.lower() == TARGET else self._rule(token)

    def _nested(self, opening: str) -> Expression:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._error(TOO_DEEP, most=DEEPEST)
        self._take()
        if opening == "not":
            found: Expression = {"not": self._operand()}
        else:
            found = self._either()
            self._expect(")", CLOSING)
        self.depth -= 1
        return found

    def _target(self, token: Token) -> Expression:
        target = self.target
        if self.tokens[0].word == "(":
            self._take()
            target = self._number()
            self._expect(")", CLOSING)
        if target is None:
            raise self._error(NO_TARGET, token)
        return {"target_met": target}

    def _rule(self, token: Token) -> Expression:
        known = [name for name in RULES.names() if name != COMPOSITE]
        name = token.text.lower()
        if name not in known:
            raise self._error(UNKNOWN, token, known=listed(known))
        return {"rule": name, "params": {**self.params_of(name), **self._params()}}

    def _params(self) -> dict[str, float]:
        params: dict[str, float] = {}
        if self.tokens[0].word != "(":
            return params
        separator = "("
        while self.tokens[0].word == separator:
            self._take()
            name = self._take(PARAMETER, "word").text
            self._expect("=", PARAMETER)
            params[name] = self._number()
            separator = ","
        self._expect(")", CLOSING)
        return params

    def _number(self) -> float:
        return float(self._take(NUMBER, "number").text)

    def _expect(self, sign: str, otherwise: str) -> None:
        if self.tokens[0].word != sign:
            raise self._error(otherwise)
        self._take()

    def _take(self, otherwise: str = "", kind: str = "") -> Token:
        if kind and self.tokens[0].kind != kind:
            raise self._error(otherwise)
        return self.tokens.pop(0)

    def _error(self, message: str, at: Token | None = None, **params: Any) -> AnalysisError:
        token = at or self.tokens[0]
        if not token.kind:
            message = TOO_SHORT
        return AnalysisError("bad_combination", message, position=token.position, found=token.text, **params)
