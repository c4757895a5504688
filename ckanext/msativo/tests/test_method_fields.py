"""What an indicator's fields say of its rule: in the form, in the catalogue and in the API alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import ckanext.msativo
from ckanext.msativo import vocabulary
from ckanext.msativo.analysis import RULES, AnalysisError, IndicatorMethod, flag
from ckanext.msativo.analysis.rules.expression_text import read_text, write_text
from ckanext.msativo.logic.method import MethodProblem, group_labels, groups_of, method_of, rule_choices
from ckanext.msativo.sources.catalogo import CatalogueError, read_catalogue
from ckanext.msativo.sources.catalogo_campos import DEFAULT_VOCABULARY, FIELDS
from ckanext.msativo.sources.catalogo_regra import RULE_FIELDS
from ckanext.msativo.territory import load_territory
from ckanext.msativo.territory.groups import GROUPS

MS = load_territory("ms")
SCHEMA = Path(next(iter(ckanext.msativo.__path__))) / "schemas" / "indicador.yaml"
NAMES = [municipio.nome for municipio in MS.municipios]


def method(**fields: Any) -> IndicatorMethod:
    return method_of({"polaridade": "maior_melhor", "tipo": "nivel", **fields})


def problem(**fields: Any) -> MethodProblem:
    with pytest.raises(MethodProblem) as caught:
        method(**fields)
    return caught.value


# -- every parameter has its field -------------------------------------------------------------------------------------
def test_every_parameter_of_every_rule_can_be_said_in_form_and_catalogue() -> None:
    form = {field["field_name"] for field in yaml.safe_load(SCHEMA.read_text("utf-8"))["dataset_fields"]}
    assert {param.name for rule in RULES for param in rule.params} == set(RULE_FIELDS.values())
    assert set(RULE_FIELDS) <= form
    assert set(RULE_FIELDS) <= set(FIELDS)
    assert set(rule_choices()) == set(RULES.names()) == set(DEFAULT_VOCABULARY.regra)


@pytest.mark.parametrize(
    ("rule", "fields", "params"),
    [
        ("quantil", {"quantil_p": "0.1"}, {"p": 0.1}),
        (
            "limiar",
            {"corte_verde": "8", "corte_laranja": "5", "corte_vermelho": "4"},
            {"verde": 8.0, "laranja": 5.0, "vermelho": 4.0},
        ),
        ("jenks", {"jenks_classes": "4"}, {"k": 4}),
        ("zscore", {"desvios_critico": "-2", "desvios_atencao": "-1"}, {"critico": -2.0, "atencao": -1.0}),
        ("robust_z", {"desvios_critico": "-2"}, {"critico": -2.0, "atencao": -0.75}),
        (
            "tendencia",
            {"tendencia_minima": "0.5", "tendencia_confianca": "0.8", "tendencia_anos": "6", "tendencia_janela": "9"},
            {"min_slope": 0.5, "confidence": 0.8, "min_points": 6, "window": 9},
        ),
        (
            "combinada",
            {"meta": "6", "corte_verde": "8", "corte_vermelho": "4"},
            {"p": 0.25, "meta": 6.0, "verde": 8.0, "vermelho": 4.0, "laranja": None, "expressao": None},
        ),
    ],
)
def test_a_rule_takes_its_fields_and_leaves_those_of_others(
    rule: str, fields: dict[str, str], params: dict[str, Any]
) -> None:
    others = {"quantil_p": "", "jenks_classes": None, "agencia": "IBGE"}
    assert dict(method(regra=rule, **{**others, **fields}).params) == params
    if rule != "jenks":
        assert dict(method(regra=rule, **{**fields, "jenks_classes": "7"}).params) == params


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"regra": "media"}, "regra"),
        ({"regra": "quantil", "quantil_p": "1.5"}, "quantil_p"),
        ({"regra": "quantil", "quantil_p": "um"}, "quantil_p"),
        ({"regra": "jenks", "jenks_classes": "2"}, "jenks_classes"),
        ({"regra": "jenks", "jenks_classes": "4.5"}, "jenks_classes"),
        ({"regra": "zscore", "desvios_critico": "0"}, "desvios_critico"),
        ({"regra": "limiar", "corte_verde": "1"}, "corte_vermelho"),
        ({"regra": "limiar", "corte_verde": "1", "corte_vermelho": "2"}, "corte_vermelho"),
        ({"regra": "tendencia", "tendencia_confianca": "1"}, "tendencia_confianca"),
        ({"regra": "quantil", "tolerancia": "-1"}, "tolerancia"),
        ({"regra": "quantil", "grupo_referencia": "bairro"}, "grupo_referencia"),
        ({"regra": "combinada", "expressao": "quantil e"}, "expressao"),
        ({"regra": "combinada", "expressao": "quantil(q=1)"}, "expressao"),
        ({"regra": "combinada", "expressao": "quantil ou limiar"}, "corte_verde"),
        ({"regra": "combinada", "expressao": "quantil e não meta"}, "expressao"),
    ],
)
def test_what_a_rule_refuses_is_told_at_its_field(fields: dict[str, str], field: str) -> None:
    assert problem(**fields).field == field


# -- combinations as text ----------------------------------------------------------------------------------------------
def test_the_programmes_combination_reads_as_it_is_written() -> None:
    values = np.arange(1.0, 10.0)
    cuts = {"corte_verde": "8", "corte_vermelho": "1.5"}
    own = method(regra="combinada", meta="2", **cuts)
    written = method(regra="combinada", meta="2", **cuts, expressao="(quantil AND NOT meta) OR limiar")
    assert written.params["expressao"] == {
        "or": [
            {"and": [{"rule": "quantil", "params": {"p": 0.25}}, {"not": {"target_met": 2.0}}]},
            {"rule": "limiar", "params": {"verde": 8.0, "vermelho": 1.5, "laranja": 4.75}},
        ]
    }
    assert flag(values, **_as_call(own)).state.tolist() == flag(values, **_as_call(written)).state.tolist()


def _as_call(of: IndicatorMethod) -> dict[str, Any]:
    return {"rule": of.rule, **{name: value for name, value in of.params.items() if value is not None}}


def test_the_target_and_the_cuts_may_serve_others_than_the_combination() -> None:
    fields = {"meta": "2", "corte_verde": "8", "corte_vermelho": "1"}
    assert method(regra="combinada", **fields, expressao="zscore").params["expressao"] == {
        "rule": "zscore",
        "params": {"critico": -1.0, "atencao": -0.5},
    }


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("quantil", {"rule": "quantil"}),
        ("Quantil E jenks OU NÃO limiar", {"or": [{"and": ["quantil", "jenks"]}, {"not": "limiar"}]}),
        ("quantil or jenks and limiar", {"or": ["quantil", {"and": ["jenks", "limiar"]}]}),
        ("(quantil or jenks) and limiar", {"and": [{"or": ["quantil", "jenks"]}, "limiar"]}),
        ("quantil or jenks or limiar", {"or": ["quantil", "jenks", "limiar"]}),
        ("not not meta(80)", {"not": {"not": {"target_met": 80.0}}}),
        ("quantil( p = 0.1 )", {"rule": "quantil", "params": {"p": 0.1}}),
        (
            "limiar(verde=8,vermelho=-2.5)",
            {"rule": "limiar", "params": {"verde": 8.0, "vermelho": -2.5}},
        ),
        (" \n((quantil)) ", {"rule": "quantil"}),
    ],
)
def test_words_bind_as_people_expect(text: str, read: Any) -> None:
    assert read_text(text, lambda rule: {}) == _spelled(read)


def _spelled(short: Any) -> Any:
    """The expression for a short form: a bare name is that rule."""
    if isinstance(short, str):
        return {"rule": short, "params": {}}
    if "rule" in short:
        return {"params": {}, **short}
    ((word, inner),) = short.items()
    if word == "target_met":
        return short
    return {word: [_spelled(part) for part in inner] if isinstance(inner, list) else _spelled(inner)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "ends too early: after its character 0"),
        ("quantil AND ", "ends too early: after its character 11"),
        ("(quantil", "ends too early: after its character 8"),
        ("quantil limiar", "Character 9 of the combination: expected “and” or “or”, found “limiar”"),
        ("quantil)", "Character 8 of the combination: expected “and” or “or”, found “)”"),
        ("and quantil", "Character 1 of the combination: expected a rule, “meta”, “not” or “(”, found “and”"),
        ("quartil", "Character 1 of the combination: there is no rule “quartil”; the rules are jenks, limiar"),
        ("quantil or combinada", "Character 12 of the combination: there is no rule “combinada”"),
        ("not meta", "Character 5 of the combination: “meta” needs the indicator's target"),
        ("quantil(0.1)", "Character 9 of the combination: expected a parameter as in “p=0.1”, found “0.1”"),
        ("quantil(p=x)", "Character 11 of the combination: expected a number, found “x”"),
        ("quantil(p=1 q=2)", "Character 13 of the combination: expected “)”, found “q”"),
        ("(" * 60 + "quantil", "Character 41 of the combination: more than 40"),
        ("quantil or " * 100, "more than 1000 characters"),
    ],
)
def test_an_error_says_where_in_the_text(text: str, words: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        read_text(text, lambda rule: {})
    assert words in str(caught.value)


PIECES = [*"()=,.+-01 \n\x00", "quantil", " and ", " or ", " not ", " meta", "e", "ç"]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text_is_a_combination_or_an_error_with_its_place(text: str) -> None:
    try:
        read_text(text, lambda rule: {}, 1.0)
    except AnalysisError as error:
        assert error.code == "bad_combination"
        assert 0 <= error.params["position"] <= len(text)


NUMBERS = st.floats(-1e6, 1e6).map(lambda number: round(number, 6) + 0.0)
LEAVES = st.one_of(
    st.builds(lambda rule, p: {"rule": rule, "params": p}, st.sampled_from(RULES.names()[1:]), st.just({})),
    st.builds(lambda p, k: {"rule": "quantil", "params": {"p": p, "k": k}}, NUMBERS, NUMBERS),
    st.builds(lambda target: {"target_met": target}, NUMBERS),
)
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda part: {"not": part}, inner),
        st.builds(
            lambda word, parts: {word: parts}, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3)
        ),
    ),
    max_leaves=8,
)


@given(EXPRESSIONS)
def test_what_is_written_reads_as_the_same(expression: dict[str, Any]) -> None:
    assert read_text(write_text(expression), lambda rule: {}) == expression


def test_a_combination_is_written_for_people() -> None:
    read = method(regra="combinada", meta="2", expressao="(quantil e não meta) ou zscore").params["expressao"]
    assert write_text(read) == "(quantil(p=0.25) AND NOT meta(2)) OR zscore(critico=-1, atencao=-0.5)"


# -- the catalogue -----------------------------------------------------------------------------------------------------
ENTRY = """\
indicadores:
  - {{name: renda, title: Renda, notes: Quanto maior melhor., area: saude, unidade: "%", casas: 1,
     polaridade: maior_melhor, tipo: media, grupo_referencia: {group}, regra_justificativa: Sem patamar.,
     agencia: IBGE, fonte_nome: Tabela, fonte_url: "https://sidra.ibge.gov.br/x", verificado: false,
     obtido_em: 2026-11-24, license_id: other-at, periodicidade: anual,
     {rule}}}
"""


def entry(tmp_path: Path, rule: str, group: str = "estado") -> Any:
    (tmp_path / "saude.yaml").write_text(ENTRY.format(rule=rule, group=group), "utf-8")
    (found,) = read_catalogue(tmp_path)
    return found


@pytest.mark.parametrize(
    "rule",
    [
        "regra: jenks, jenks_classes: 4",
        "regra: zscore, desvios_critico: -2, desvios_atencao: -1",
        "regra: tendencia, tendencia_minima: 0.5, tendencia_anos: 6",
        "regra: limiar, corte_verde: 8, corte_laranja: 5, corte_vermelho: 4",
        "regra: combinada, meta: 6, meta_base_legal: Lei, expressao: (quantil AND NOT meta) OR jenks",
    ],
)
def test_the_catalogue_says_rules_as_the_form_does(tmp_path: Path, rule: str) -> None:
    fields = dict(entry(tmp_path, rule))
    assert method_of({name: str(value) for name, value in fields.items()}).params == method_of(fields).params


@pytest.mark.parametrize("group", ["estado", *GROUPS.names()])
def test_the_catalogue_takes_every_reference_group(tmp_path: Path, group: str) -> None:
    assert entry(tmp_path, "regra: quantil", group)["grupo_referencia"] == group


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("regra: jenks, jenks_classes: 2", "jenks_classes: 2 is not valid: expected a whole number, 3 or more"),
        ("regra: zscore, desvios_critico: true", "desvios_critico: True is not valid: expected a number"),
        ("regra: zscore, desvios_critico: 1", "desvios_critico: the rule does not take this: “zscore”: critico 1.0"),
        (
            "regra: combinada, expressao: quantil AND",
            "expressao: the rule does not take this: The combination ends too early",
        ),
        ("regra: combinada, expressao: quantil(q=1)", "expressao: the rule does not take this: “quantil” has no"),
        ("regra: combinada, expressao: limiar", "corte_verde: the rule does not take this: “limiar” needs"),
    ],
)
def test_the_catalogue_tells_what_the_rule_refuses(tmp_path: Path, rule: str, told: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        entry(tmp_path, rule)
    (found,) = caught.value.problems
    assert told in str(found)
    assert found.text(lambda text: "«" + text + "»").startswith("«")


# -- reference groups --------------------------------------------------------------------------------------------------
def test_every_group_has_a_label_in_forms_and_pages() -> None:
    assert tuple(vocabulary.REFERENCE_GROUPS) == ("estado", *GROUPS.names()) == DEFAULT_VOCABULARY.grupo_referencia
    assert {"regiao_imediata", "regiao_intermediaria", "regiao_planejamento", "faixa_populacao", "semelhantes"} == set(
        GROUPS.names()
    )


@pytest.mark.parametrize("group", GROUPS.names())
def test_every_group_can_be_judged_within(group: str) -> None:
    declared = method(regra="quantil", grupo_referencia=group)
    groups, labels = groups_of(declared, MS), group_labels(declared, MS)
    assert groups is not None and labels is not None and len(groups) == len(labels) == 79
    result = flag(np.arange(79.0), "quantil", groups=groups)
    # a municipality whose group is not known is compared with the state
    assert all(result.fallback[place] for place, label in enumerate(labels) if label is None)


def test_the_label_of_a_group_is_what_people_call_it() -> None:
    def label(group: str, name: str) -> str | None:
        labels = group_labels(method(regra="quantil", grupo_referencia=group), MS)
        return labels[NAMES.index(name)] if labels else None

    assert label("regiao_imediata", "Itaporã") == "Dourados"
    assert label("regiao_planejamento", "Três Lagoas") == "Bolsão"
    assert label("regiao_planejamento", "Corumbá") is None
    assert label("faixa_populacao", "Campo Grande") == "over 100 thousand inhabitants"
    assert label("semelhantes", "Campo Grande") == "the nearest by population, income and urban share"
    assert label("semelhantes", "Paraíso das Águas") is None


def test_no_group_and_no_comparison_have_no_labels() -> None:
    assert groups_of(method(regra="quantil"), MS) is None
    assert group_labels(method(regra="quantil"), MS) is None
    limits = method(regra="limiar", corte_verde="8", corte_vermelho="4", grupo_referencia="regiao_imediata")
    assert groups_of(limits, MS) is not None and group_labels(limits, MS) is None
    mixed = method(regra="combinada", expressao="limiar(verde=8,vermelho=4) or jenks", grupo_referencia="semelhantes")
    assert group_labels(mixed, MS) is not None
    alone = method(regra="combinada", expressao="limiar(verde=8,vermelho=4)", grupo_referencia="semelhantes")
    assert group_labels(alone, MS) is None
