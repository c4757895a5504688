"""Each agenda rule holds exactly from its threshold on, with owner, due day, priority and words."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from ckanext.msativo.programme.agenda import (
    FACT_KINDS,
    RULE_FILES,
    RULES,
    Change,
    ClusterFact,
    FocoFact,
    Owner,
    Priority,
    Ref,
    Wanted,
    configured,
    method,
    register,
    wanted_items,
)
from ckanext.msativo.programme.errors import ProgrammeError
from ckanext.msativo.tests.programme.agenda_facts import (
    BEHIND,
    CHALLENGE,
    FAILS,
    FOCAL,
    HOLDS,
    INDICATOR,
    NEIGHBOURS,
    OTHER,
    OVERDUE,
    PEERS,
    STALE,
    STUCK,
    THIRD,
    TODAY,
    TOWN,
    WAITING,
    WELL,
    WORSE,
    ago,
    bundle,
    moment,
)

every_rule = pytest.mark.parametrize("name", sorted(RULES))


def asked(name: str, **facts: Any) -> list[Wanted]:
    return list(RULES[name].items(bundle(**facts)))


def only(name: str, **facts: Any) -> Wanted:
    (item,) = asked(name, **(facts or HOLDS[name]))
    return item


def test_every_rule_of_the_programme_is_registered_from_a_file_of_its_own() -> None:
    assert set(RULES) == set(HOLDS) == set(FAILS) == set(RULE_FILES)
    with pytest.raises(ValueError, match="already"):
        register(RULES["pareamento"])


@every_rule
def test_a_rule_holds_from_its_threshold_on(name: str) -> None:
    only(name)
    for facts in FAILS[name]:
        assert asked(name, **facts) == []


@every_rule
def test_the_facts_of_one_rule_ask_for_its_item_alone(name: str) -> None:
    assert [item.rule for item in wanted_items(bundle(**HOLDS[name]))] == [name]


@pytest.mark.parametrize(
    ("name", "object_id", "owner", "due", "priority"),
    [
        # class weight × severity × (1 + days late/30)
        ("entrega_atrasada", "ent1", ("municipio", TOWN.id), TODAY + timedelta(15), 3 * 2 * (1 + 31 / 30)),
        ("evidencia_devolvida", "ev1", ("secretaria", "sed"), ago(3) + timedelta(15), 1 * 2),
        ("analise_atrasada", "ev2", ("coordenacao", "coord"), ago(1) + timedelta(5), 2 * 3 * (1 + 1 / 30)),
        ("desenho_acao", "plano1/tutoria", ("secretaria", "sed"), TODAY + timedelta(30), 1 * 2),
        ("acao_emperrada", "tutoria", ("secretaria", "sed"), TODAY + timedelta(30), 1 * 3),
        ("focal_sem_adesao", TOWN.id, ("coordenacao", "coord"), TODAY + timedelta(15), 3 * 3),
        ("plano_parado", "plano1", ("coordenacao", "coord"), TODAY + timedelta(15), 1 * 2),
        ("oficina_regional", f"aprender/{OTHER.id}", ("coordenacao", "coord"), TODAY + timedelta(45), 3 * 2),
        ("pareamento", f"tutoria/{TOWN.id}", ("coordenacao", "coord"), TODAY + timedelta(30), 1 * 1),
        ("indicador_desatualizado", "ideb", ("coordenacao", "coord"), TODAY + timedelta(30), 1 * 1),
        ("adesao_sem_resposta", "ad1", ("coordenacao", "coord"), ago(7) + timedelta(14), 1 * 1),
    ],
)
def test_owner_due_day_and_priority(
    name: str, object_id: str, owner: tuple[str, str], due: date, priority: float
) -> None:
    item = only(name)
    assert (item.object, item.owner, item.due) == (object_id, Owner(*owner), due)
    assert item.priority.value == pytest.approx(priority, abs=1e-6)


def test_the_priority_says_how_it_was_made() -> None:
    assert str(Priority(3, 2, 15).formula) == "9.0 = class weight 3 × severity 2 × (1 + 15 days late/30)"


@every_rule
def test_an_item_is_plain_json_with_words_for_all_its_facts(name: str) -> None:
    item = only(name)
    assert json.loads(json.dumps(item.facts)) == item.facts
    for message in (item.title, item.explanation):
        assert not re.search(r"[{}]", str(message))
    assert RULES[name].texts(item.facts) == (item.title, item.explanation)
    assert set(item.basis) <= set(item.facts)
    for fact, value in item.facts.items():
        is_date = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value)
        assert (FACT_KINDS.get(fact) == "date") == bool(is_date)
        assert not isinstance(value, float) or fact in FACT_KINDS


@pytest.mark.parametrize("name", ["entrega_atrasada", "analise_atrasada", "plano_parado"])
def test_a_day_that_passes_raises_the_priority_and_is_no_new_matter(name: str) -> None:
    today = only(name)
    facts = HOLDS[name]
    if name == "entrega_atrasada":
        facts = {"entregas": (replace(OVERDUE, days_late=32),)}
    (tomorrow,) = RULES[name].items(bundle(TODAY + timedelta(days=1), **facts))
    assert tomorrow.priority.value > today.priority.value
    assert tomorrow.fingerprint == today.fingerprint
    assert tomorrow.facts != today.facts


def test_a_new_due_date_is_a_new_matter() -> None:
    other = only("entrega_atrasada", entregas=(replace(OVERDUE, due=ago(40)),))
    assert other.fingerprint != only("entrega_atrasada").fingerprint


@pytest.mark.parametrize(
    ("days", "mark", "priority"), [(7, 7, 1), (11, 7, 1), (12, 12, 2), (14, 14, 3), (15, 14, 3 * (1 + 1 / 30))]
)
def test_a_waiting_request_gets_graver_on_day_7_12_14_and_when_overdue(days: int, mark: int, priority: float) -> None:
    item = only("adesao_sem_resposta", adesoes=(replace(WAITING, submitted=moment(days)),))
    assert (item.facts["marco"], item.facts["vencido"]) == (mark, days > 14)
    assert item.priority.value == pytest.approx(priority, abs=1e-6)


def test_a_municipality_that_is_focal_twice_is_contacted_once() -> None:
    second = FocoFact(TOWN, Ref("saude", "Saúde"), "focal", has_adesao=False)
    item = only("focal_sem_adesao", focos=(second, FOCAL))
    assert item.facts["desafios"] == ["Aprender na idade certa", "Saúde"]


def test_two_groups_of_neighbours_are_two_workshops() -> None:
    more = tuple(Ref(f"600000{n}", f"M{n}") for n in range(3))
    around = {**NEIGHBOURS, more[1].id: frozenset({more[0].id, more[2].id})}
    found = asked(
        "oficina_regional",
        clusters=(ClusterFact(CHALLENGE, (THIRD, OTHER, TOWN, *more)),),
        neighbours=around,
    )
    assert [item.object for item in found] == [f"aprender/{OTHER.id}", "aprender/6000000"]
    assert found[0].facts["municipios"] == ["Campo Grande", "Dourados", "Japorã"]


def test_the_nearest_peer_that_does_well_is_named() -> None:
    nearer = replace(WELL, municipio=THIRD)
    item = only("pareamento", ritmos=(BEHIND, WELL, nearer), peers=PEERS)
    assert item.facts["par"] == "Dourados"


def test_a_share_at_the_threshold_counts_although_its_product_is_rounded() -> None:
    # In floating point 0.55·100 is a hair above 55.
    rules = configured({"acao_emperrada": {"share": 0.55}})
    assert wanted_items(bundle(acoes=(replace(STUCK, participants=100, late=55),)), rules)
    assert not wanted_items(bundle(acoes=(replace(STUCK, participants=100, late=54),)), rules)


def test_only_what_got_worse_is_held_against_an_action() -> None:
    better = Change(Ref("creche", "Creche"), 2023, 2025, 2.0)
    item = only("desenho_acao", resultados=(replace(WORSE, changes=(better, *WORSE.changes)),))
    assert item.facts["indicadores"] == ["IDEB"]


@pytest.mark.parametrize(
    ("newest", "coverage", "words"),
    [
        (None, 0.0, "There are no data. Find its source or retire the indicator."),
        (2022, 0.5, "The data are old"),
        (2024, 0.79, "Too many municipalities have no value"),
    ],
)
def test_an_indicator_says_what_is_wrong_with_its_data(newest: int | None, coverage: float, words: str) -> None:
    item = only("indicador_desatualizado", indicadores=(replace(STALE, newest=newest, coverage=coverage),))
    assert str(item.explanation).startswith(words)
    assert str(item.title) == f"Update the data of “{INDICATOR.title}”"


def test_the_most_urgent_comes_first() -> None:
    everything: dict[str, Any] = {}
    for facts in HOLDS.values():
        for name, value in facts.items():
            everything[name] = (*everything.get(name, ()), *value) if isinstance(value, tuple) else value
    found = wanted_items(bundle(**everything))
    assert len(found) == 11
    values = [item.priority.value for item in found]
    assert values == sorted(values, reverse=True)


def test_rules_are_configured_by_name_and_keep_their_settings() -> None:
    rules = configured({"entrega_atrasada": {"days": 45, "severity": 4}})
    assert method(rules)["entrega_atrasada"] == {"severity": 4, "answer_days": 15, "days": 45}
    assert method(rules)["plano_parado"] == method(configured())["plano_parado"]
    assert wanted_items(bundle(**HOLDS["entrega_atrasada"]), rules) == []
    assert wanted_items(bundle(entregas=(replace(OVERDUE, days_late=46),)), rules)[0].priority.severity == 4


@pytest.mark.parametrize(
    ("code", "settings"),
    [
        ("unknown_rule", {"voar": {}}),
        ("unknown_setting", {"pareamento": {"dias": 3}}),
        *(("setting_value", {"entrega_atrasada": {"days": bad}}) for bad in (-1, 2.5, True, "3", None)),
        ("setting_value", {"pareamento": {"well": float("nan")}}),
    ],
)
def test_settings_that_cannot_be_are_refused(code: str, settings: Any) -> None:
    with pytest.raises(ProgrammeError) as caught:
        configured(settings)
    assert caught.value.code == code
