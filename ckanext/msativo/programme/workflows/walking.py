"""The one function that walks every workflow, and what it says when a step is not possible."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.actors import ROLES, Actor
from ckanext.msativo.programme.days import PROGRAMME_ZONE, aware, local_day
from ckanext.msativo.programme.errors import ProgrammeError
from ckanext.msativo.programme.messages import Message
from ckanext.msativo.programme.workflows.base import CREATE, Facts, Step, Transition, Workflow
from ckanext.msativo.programme.workflows.needs import NOTE, TODAY

_NOTHING = Message("nothing", N_("nothing"))


class WorkflowError(ProgrammeError):
    """A step that is not possible.

    Codes: ``unknown_state``, ``unknown_action``, ``wrong_state``, ``wrong_role``, ``needs``. ``possible`` are the
    actions that are possible now for this actor; ``fields`` says per field what is missing (code ``needs``).
    """

    def __init__(
        self,
        code: str,
        msgid: str,
        now: tuple[str, ...] = (),
        fields: Mapping[str, Message] | None = None,
        /,
        **params: Any,
    ) -> None:
        self.possible = now
        self.fields = dict(fields or {})
        super().__init__(code, msgid, **params)


def create(workflow: Workflow, *, actor: Actor, at: datetime, records: Mapping[str, Any] | None = None) -> Transition:
    """The first row of a history: from nothing to the initial state."""
    return Transition(workflow.name, CREATE, None, workflow.initial, aware(at), actor, "", dict(records or {}))


def possible(workflow: Workflow, state: str, actor: Actor) -> tuple[str, ...]:
    """The actions that this actor may do in this state, in the order of the table (their needs aside)."""
    _known_state(workflow, state)
    return tuple(step.action for step in workflow.steps if state in step.sources and actor.role in step.who)


def advance(
    workflow: Workflow,
    state: str,
    action: str,
    *,
    actor: Actor,
    facts: Facts,
    at: datetime,
    zone: tzinfo = PROGRAMME_ZONE,
) -> Transition:
    """Walk one step, or raise a ``WorkflowError`` that says what is wrong and what is possible now.

    ``facts`` has what the step needs (``nota``, fields, ``ciclo``); ``hoje`` is filled in with the local date of
    ``at`` (aware). Whether the actor owns the object is not judged here.
    """
    step = _step(workflow, state, action, actor)
    known = {**facts, TODAY: local_day(at, zone)}
    _check_needs(workflow, state, step, actor, known)
    kept = {name: known[name] for name in step.records if name in known}
    return Transition(workflow.name, action, state, step.target, at, actor, str(facts.get(NOTE) or "").strip(), kept)


def _step(workflow: Workflow, state: str, action: str, actor: Actor) -> Step:
    now = possible(workflow, state, actor)
    offered = _labels(workflow, state, now)
    if action not in workflow.actions:
        raise WorkflowError(
            "unknown_action",
            N_("There is no action “{action}” of: {workflow}. Possible now: {possible}."),
            now,
            action=action,
            workflow=Message(workflow.name, workflow.label),
            possible=offered,
        )
    label = next(step.label for step in workflow.steps if step.action == action)
    step = workflow.step(state, action)
    if step is None:
        raise WorkflowError(
            "wrong_state",
            N_("“{action}” is not possible now (state: {state}). Possible now: {possible}."),
            now,
            action=Message(action, label),
            state=Message(state, workflow.states[state]),
            possible=offered,
        )
    if actor.role not in step.who:
        raise WorkflowError(
            "wrong_role",
            N_("“{action}” is not for you to do, as {role}; it is for: {who}. Possible now for you: {possible}."),
            now,
            action=Message(action, step.label),
            role=_role(actor.role),
            who=tuple(_role(kind) for kind in step.who),
            possible=offered,
        )
    return step


def _check_needs(workflow: Workflow, state: str, step: Step, actor: Actor, facts: Facts) -> None:
    fields: dict[str, Message] = {}
    for need in step.needs:
        problem = need.problem(facts)
        if problem is not None:
            fields.setdefault(need.field, problem)
    if fields:
        raise WorkflowError(
            "needs",
            N_("“{action}” is not possible yet. {problems}"),
            possible(workflow, state, actor),
            fields,
            action=Message(step.action, step.label),
            problems=tuple(fields.values()),
        )


def _known_state(workflow: Workflow, state: str) -> None:
    if state not in workflow.states:
        raise WorkflowError(
            "unknown_state",
            N_("There is no state “{state}” of: {workflow}. Known: {known}."),
            state=state,
            workflow=Message(workflow.name, workflow.label),
            known=tuple(workflow.states),
        )


def _labels(workflow: Workflow, state: str, actions: tuple[str, ...]) -> Message | tuple[Message, ...]:
    steps = (workflow.step(state, action) for action in actions)
    return tuple(Message(step.action, step.label) for step in steps if step) or _NOTHING


def _role(kind: str) -> Message:
    return Message(kind, ROLES[kind])
