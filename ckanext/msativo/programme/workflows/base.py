"""What a workflow is: a table of transitions that reads like the programme's rules. ``walking`` walks it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ckanext.msativo.programme.actors import Actor
from ckanext.msativo.programme.messages import Message

Facts = Mapping[str, Any]
CREATE = "criar"


@dataclass(frozen=True)
class Need:
    """A condition on the facts. ``field`` is the one beside which a form shows the problem; None = met."""

    field: str
    problem: Callable[[Facts], Message | None]


@dataclass(frozen=True)
class Step:
    """One row of the table.

    ``sources`` → ``target`` by ``action``; ``who`` are role kinds; ``needs`` must all be met; ``records`` names the
    facts that the transition keeps (besides the note, which it always keeps).
    """

    action: str
    label: str
    sources: tuple[str, ...]
    target: str
    who: tuple[str, ...]
    needs: tuple[Need, ...] = ()
    records: tuple[str, ...] = ()


@dataclass(frozen=True)
class Transition:
    """One change of state, as the append-only table keeps it. ``source`` is None for the creation; ``at`` is aware."""

    workflow: str
    action: str
    source: str | None
    target: str
    at: datetime
    actor: Actor
    note: str = ""
    records: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Workflow:
    """``states``: state → label (msgid); ``waiting``: states in which the State owes the next step."""

    name: str
    label: str
    initial: str
    states: Mapping[str, str]
    steps: tuple[Step, ...]
    waiting: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        rows = [(step.action, source) for step in self.steps for source in step.sources]
        if len(rows) != len(set(rows)):
            raise ValueError(f"workflow {self.name}: an action has two rows from the same state")
        used = {self.initial, *(step.target for step in self.steps), *(source for _action, source in rows)}
        if used != set(self.states):
            raise ValueError(f"workflow {self.name}: states without a label or a row: {used ^ set(self.states)}")

    @property
    def actions(self) -> tuple[str, ...]:
        """All actions, in the order of the table, each once."""
        return tuple(dict.fromkeys(step.action for step in self.steps))

    @property
    def final(self) -> frozenset[str]:
        """States that nothing leads out of."""
        return frozenset(self.states).difference(*(step.sources for step in self.steps))

    def step(self, state: str, action: str) -> Step | None:
        """The row of an action in a state."""
        return next((step for step in self.steps if step.action == action and state in step.sources), None)
