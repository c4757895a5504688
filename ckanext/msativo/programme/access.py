"""Who may do what: one table by which the authorisation, its tests and the documentation go.

A person's role is an organisation's kind and CKAN's capacity in it. A grant is for one kind and the least capacity, for
any object or only for the organisation's own. What is possible in which state of an object, the workflows say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.programme.messages import Message
from ckanext.msativo.programme.ownership import COORDENACAO, MUNICIPIO, SECRETARIA

MEMBER, EDITOR, ADMIN = CAPACITIES = ("member", "editor", "admin")
"""CKAN's capacities, each has what the one before has."""


@dataclass(frozen=True)
class Role:
    """What a person is in one organisation; ``owner``: IBGE code of a municipality, else the organisation's id."""

    kind: str
    capacity: str
    owner: str


@dataclass(frozen=True)
class Grant:
    kind: str
    capacity: str = EDITOR
    own: bool = False

    def holds(self, role: Role, subject: Subject) -> bool:
        enough = CAPACITIES.index(role.capacity) >= CAPACITIES.index(self.capacity)
        return role.kind == self.kind and enough and (not self.own or subject.is_of(role.owner))


@dataclass(frozen=True)
class Subject:
    """Whose the object of a call is. ``unnamed``: the call names none, "may this person at all?"."""

    owners: frozenset[str] = frozenset()
    unnamed: bool = False

    def is_of(self, owner: str) -> bool:
        return self.unnamed or owner in self.owners


@dataclass(frozen=True)
class Access:
    """``does``: what it does, for the documentation.

    ``subject``: how the object of the call is found, by the parameter ``by``; empty when no grant asks for it.
    """

    does: str
    grants: tuple[Grant, ...] = ()
    everyone: bool = False
    logged_in: bool = False
    subject: str = ""
    by: str = "id"

    def allows(self, roles: Iterable[Role], subject: Subject) -> bool:
        """Of an account; what is for everyone is for the anonymous as well."""
        held = tuple(roles)
        return self.everyone or self.logged_in or any(g.holds(role, subject) for g in self.grants for role in held)

    @property
    def who(self) -> tuple[Message, ...]:
        """Those who may, in words."""
        return tuple(_WHO[grant.kind, grant.own, grant.capacity == ADMIN] for grant in self.grants)


_WHO: Mapping[tuple[str, bool, bool], Message] = {
    key: Message("who", text)
    for key, text in {
        (MUNICIPIO, True, False): N_("the prefeitura of the municipality"),
        (MUNICIPIO, True, True): N_("an administrator of the prefeitura"),
        (MUNICIPIO, False, False): N_("the prefeituras"),
        (MUNICIPIO, False, True): N_("administrators of prefeituras"),
        (SECRETARIA, True, False): N_("the secretariat of the action"),
        (SECRETARIA, True, True): N_("an administrator of the secretariat"),
        (SECRETARIA, False, False): N_("the secretariats"),
        (SECRETARIA, False, True): N_("administrators of secretariats"),
        (COORDENACAO, True, False): N_("the programme coordination"),
        (COORDENACAO, True, True): N_("an administrator of the programme coordination"),
        (COORDENACAO, False, False): N_("the programme coordination"),
        (COORDENACAO, False, True): N_("an administrator of the programme coordination"),
    }.items()
}


def _own(kind: str, capacity: str = EDITOR) -> Grant:
    return Grant(kind, capacity, own=True)


_STATE = (Grant(COORDENACAO),)
_STATE_ADMIN = (Grant(COORDENACAO, ADMIN),)
_PREFEITURA = (_own(MUNICIPIO), Grant(COORDENACAO))
"""What is a prefeitura's to do, the coordenação does in its name."""
_TEAM = (_own(MUNICIPIO, ADMIN), _own(SECRETARIA, ADMIN), _own(COORDENACAO, ADMIN))
"""Of people: the administrators of the organisation, and those of the coordenação of all but another coordenação."""
_REVIEWER = (_own(SECRETARIA), Grant(COORDENACAO))


def _read(does: str) -> Access:
    return Access(does, everyone=True)


ACCESS: Mapping[str, Access] = {
    # -- indicators and challenges
    "msativo_analysis_run": Access("Run an analysis", _STATE),
    "msativo_analysis_status": Access("Follow an analysis", _STATE),
    "msativo_cluster_list": _read("Read the spatial clusters"),
    "msativo_criticidade_list": _read("Read which municipalities are critical"),
    "msativo_decisao_list": _read("Read the decisions on classes"),
    "msativo_desafio_show": _read("Read a challenge"),
    "msativo_foco_decide": Access("Decide on a municipality's class", _STATE),
    "msativo_foco_list": _read("Read the focus of the challenges"),
    "msativo_indicador_coverage": _read("Read the coverage of the indicators"),
    "msativo_indicador_load": Access("Load indicators", _STATE),
    "msativo_indicador_load_status": Access("Follow a load", _STATE),
    "msativo_indicador_quality": _read("Read the quality report of an indicator"),
    "msativo_indicador_revisions": _read("Read which values of an indicator were revised"),
    "msativo_municipio_list": _read("Read the list of municipalities"),
    "msativo_municipio_show": _read("Read a municipality's profile"),
    "msativo_regiao_list": _read("Read the summary of the regions"),
    "msativo_rule_compare": _read("Compare rules"),
    "msativo_snapshot_freeze": Access("Freeze an analysis for a cycle", _STATE_ADMIN),
    "msativo_snapshot_list": _read("Read the list of analyses"),
    "msativo_snapshot_show": _read("Read an analysis"),
    "msativo_contestacao_answer": Access("Answer a contest", _STATE),
    "msativo_contestacao_create": Access(
        "Contest a value or a class", (_own(MUNICIPIO),), subject="municipio", by="municipio"
    ),
    "msativo_contestacao_list": _read("Read the contests"),
    "msativo_contestacao_show": _read("Read a contest"),
    # -- cycles and requests to join
    "msativo_ciclo_list": _read("Read the cycles"),
    "msativo_ciclo_create": Access("Add a cycle", _STATE_ADMIN),
    "msativo_ciclo_update": Access("Change a cycle", _STATE_ADMIN),
    "msativo_ciclo_close": Access("Close a cycle and carry plans over", _STATE_ADMIN),
    "msativo_adesao_create": Access("Start a request to join", _PREFEITURA, subject="municipio", by="municipio"),
    "msativo_adesao_update": Access("Change a request to join", _PREFEITURA, subject="adesao"),
    "msativo_adesao_submit": Access("Send a request to join", _PREFEITURA, subject="adesao"),
    "msativo_adesao_withdraw": Access("Withdraw a request to join", _PREFEITURA, subject="adesao"),
    "msativo_adesao_start_analysis": Access("Start the analysis of a request to join", _STATE),
    "msativo_adesao_decide": Access("Answer a request to join", _STATE),
    "msativo_adesao_list": _read("Read the requests to join that were sent"),
    "msativo_adesao_show": _read("Read a request to join that was sent"),
    "msativo_adesao_history": _read("Read the steps of a request to join"),
    # -- the menu of actions
    "msativo_acao_create": Access("Write an action of the menu", _REVIEWER, subject="organizacao", by="secretaria"),
    "msativo_acao_update": Access("Change an action of the menu", _REVIEWER, subject="acao"),
    "msativo_acao_comment": Access(
        "Comment on an action of the menu", (Grant(SECRETARIA), Grant(COORDENACAO)), subject="acao"
    ),
    "msativo_acao_step": Access("Move an action of the menu on", _REVIEWER, subject="acao_lider"),
    "msativo_acao_list": _read("Read the menu of actions"),
    "msativo_acao_show": _read("Read an action of the menu"),
    "msativo_acao_history": _read("Read the versions and steps of an action"),
    "msativo_acao_recommend": _read("Read which actions answer a municipality's situation"),
    "msativo_acao_adopt": Access(
        "Adopt or decline an action of the menu", _PREFEITURA, subject="municipio", by="municipio"
    ),
    # -- plans and deliveries
    "msativo_plano_create": Access("Start an action plan", _PREFEITURA, subject="municipio", by="municipio"),
    "msativo_plano_update": Access("Change a plan in draft", _PREFEITURA, subject="plano"),
    "msativo_plano_submit": Access("Send a plan", _PREFEITURA, subject="plano"),
    "msativo_plano_decide": Access("Answer a plan", _STATE),
    "msativo_plano_amend": Access("Ask for an amendment of a plan", _PREFEITURA, subject="plano"),
    "msativo_plano_withdraw_amendment": Access("Withdraw an amendment", _PREFEITURA, subject="plano"),
    "msativo_plano_decide_amendment": Access("Answer an amendment", _STATE),
    "msativo_plano_complete": Access("Complete a plan", _STATE),
    "msativo_plano_list": _read("Read the plans that were approved"),
    "msativo_plano_show": _read("Read a plan that was approved"),
    "msativo_plano_history": _read("Read the steps of a plan that was approved"),
    "msativo_entrega_list": _read("Read the deliveries of approved plans"),
    "msativo_entrega_show": _read("Read a delivery of an approved plan"),
    "msativo_entrega_history": _read("Read the steps of a delivery"),
    "msativo_entrega_start": Access("Start a delivery", _PREFEITURA, subject="entrega"),
    "msativo_entrega_cancel": Access("Cancel a delivery", _PREFEITURA, subject="entrega"),
    # -- evidence
    "msativo_evidencia_create": Access("Start an evidence", _PREFEITURA, subject="entrega", by="entrega"),
    "msativo_evidencia_update": Access("Change an evidence that is not sent", _PREFEITURA, subject="evidencia"),
    "msativo_evidencia_submit": Access("Send an evidence", _PREFEITURA, subject="evidencia"),
    "msativo_evidencia_delete": Access("Delete an evidence in draft", _PREFEITURA, subject="evidencia"),
    "msativo_evidencia_start_review": Access("Start the review of an evidence", _REVIEWER, subject="revisao"),
    "msativo_evidencia_review": Access("Review an evidence", _REVIEWER, subject="revisao"),
    "msativo_evidencia_assign": Access("Give a review to somebody", _REVIEWER, subject="revisao"),
    "msativo_evidencia_list": _read("Read the evidences that were published"),
    "msativo_evidencia_show": _read("Read an evidence that was published"),
    "msativo_evidencia_history": _read("Read the steps of an evidence that was published"),
    # -- monitoring and effect
    "msativo_monitoramento_show": _read("Read the progress of approved plans"),
    "msativo_efeito_show": _read("Read what changed where an action was taken"),
    # -- agenda
    "msativo_agenda_list": _read("Read the agenda"),
    "msativo_agenda_show": _read("Read an agenda item"),
    "msativo_agenda_run": Access("Run the rules of the agenda", _STATE),
    "msativo_agenda_create": Access("Add an agenda item", (Grant(SECRETARIA), Grant(COORDENACAO))),
    "msativo_agenda_update": Access(
        "Move an agenda item on", (_own(MUNICIPIO), _own(SECRETARIA), Grant(COORDENACAO)), subject="agenda"
    ),
    "msativo_agenda_comment": Access(
        "Comment on an agenda item", (_own(MUNICIPIO), _own(SECRETARIA), Grant(COORDENACAO)), subject="agenda_conversa"
    ),
    "msativo_agenda_feed_show": Access(
        "See whether an organisation's calendar has an address",
        (_own(MUNICIPIO, ADMIN), _own(SECRETARIA, ADMIN), _own(COORDENACAO, ADMIN)),
        subject="organizacao",
        by="organizacao",
    ),
    "msativo_agenda_feed_create": Access(
        "Make the address of an organisation's calendar",
        (_own(MUNICIPIO, ADMIN), _own(SECRETARIA, ADMIN), _own(COORDENACAO, ADMIN)),
        subject="organizacao",
        by="organizacao",
    ),
    "msativo_agenda_feed_revoke": Access(
        "Revoke the address of an organisation's calendar",
        (_own(MUNICIPIO, ADMIN), _own(SECRETARIA, ADMIN), _own(COORDENACAO, ADMIN)),
        subject="organizacao",
        by="organizacao",
    ),
    # -- notices and people
    "msativo_aviso_list": Access("Read one's own notices", logged_in=True),
    "msativo_aviso_read": Access("Mark one's own notices as read", logged_in=True),
    "msativo_aviso_preferencia_show": Access("Read which e-mails one gets", logged_in=True),
    "msativo_aviso_preferencia_update": Access("Choose which e-mails one gets", logged_in=True),
    "msativo_pessoa_list": Access(
        "Read who works in an organization",
        (_own(MUNICIPIO, MEMBER), _own(SECRETARIA, MEMBER), Grant(COORDENACAO, MEMBER)),
        subject="equipe",
        by="organizacao",
    ),
    "msativo_pessoa_invite": Access("Invite somebody into an organization", _TEAM, subject="equipe", by="organizacao"),
    "msativo_pessoa_update": Access("Change somebody's role", _TEAM, subject="equipe", by="organizacao"),
    "msativo_pessoa_remove": Access("Take somebody's role away", _TEAM, subject="equipe", by="organizacao"),
    "msativo_prefeitura_handover": Access(
        "Hand a prefeitura over",
        (_own(MUNICIPIO, ADMIN), Grant(COORDENACAO, ADMIN)),
        subject="municipio",
        by="municipio",
    ),
    "msativo_passagem_list": Access(
        "Read the handovers of a prefeitura",
        (_own(MUNICIPIO, ADMIN), Grant(COORDENACAO, ADMIN)),
        subject="municipio",
        by="municipio",
    ),
    "msativo_contato_estado_list": _read("Read who in the State answers for what"),
    "msativo_contato_estado_set": Access("Name the State's contact", _REVIEWER, subject="contato", by="objeto"),
    # Whose they are, the actions ask: a person's own, and those of the members that one administers.
    "msativo_ausencia_list": Access("Read absences", logged_in=True),
    "msativo_ausencia_create": Access("Tell of an absence and its cover", logged_in=True),
    "msativo_ausencia_delete": Access("Take an absence back", logged_in=True),
    "msativo_privacidade_show": _read("Read the version of the privacy notice"),
    "msativo_privacidade_accept": Access("Confirm to have read the privacy notice", logged_in=True),
    # -- meetings
    "msativo_reuniao_list": _read("Read the public meetings"),
    "msativo_reuniao_show": _read("Read a public meeting"),
    "msativo_reuniao_create": Access("Add a meeting", _STATE),
    "msativo_reuniao_update": Access("Change a meeting", _STATE),
}
"""Action → who may call it. Sysadmins may call all."""
