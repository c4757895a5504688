"""What people must know of an effect: why there is none yet, what to mind in one result, what to mind in all."""

from __future__ import annotations

from ckanext.msativo.analysis.notices import Notice
from ckanext.msativo.i18n_marker import N_

CAVEATS = (
    Notice(
        "nao_sorteado",
        N_(
            "Participants were not drawn at random: comparable municipalities are alike in what was measured, and may "
            "differ in what was not."
        ),
    ),
    Notice(
        "tendencias_paralelas",
        N_(
            "It is assumed that without the action participants would have changed as the municipalities like them "
            "did; the same comparison for two years before the action shows how far that held."
        ),
    ),
    Notice(
        "regressao_a_media",
        N_(
            "A municipality that starts out very bad tends to improve by itself (regression to the mean). Matching by "
            "the baseline lessens this, and does not remove it when participants are worse than everyone else."
        ),
    ),
    Notice(
        "poucos_municipios",
        N_(
            "With few municipalities one of them can make the difference, and an interval that holds zero does not "
            "show that there was no effect."
        ),
    ),
    Notice(
        "efeito_igual",
        N_(
            "The interval assumes one effect for all participants and that any of these municipalities could have "
            "taken part; it tells the chance in who took part, not errors in the data."
        ),
    ),
    Notice(
        "transbordamento",
        N_(
            "What participants do can also reach their neighbours, or draw resources from them; then the difference "
            "is smaller, or larger, than the effect."
        ),
    ),
    Notice(
        "outros_programas",
        N_("Other programmes and events of the period may have reached participants and the others unequally."),
    ),
    Notice(
        "muitas_comparacoes",
        N_(
            "When many indicators are looked at, some intervals leave out zero by chance: about one in ten at the "
            "usual level."
        ),
    ),
)
"""To be shown with every effect."""


def no_participants() -> Notice:
    return Notice("sem_participantes", N_("Not assessable yet: no municipality took part."))


def no_baseline() -> Notice:
    return Notice("sem_linha_de_base", N_("Not assessable yet: there is no observation at the baseline."))


def nothing_after() -> Notice:
    return Notice("sem_observacao_posterior", N_("Not assessable yet: there is no observation after the baseline."))


def no_complete_participant(participants: int) -> Notice:
    text = N_(
        "Not assessable yet: none of {participants} participating municipalities has a baseline, a later observation "
        "and a profile."
    )
    return Notice("participantes_sem_valor", text, {"participants": participants})


def few_comparators(comparators: int, least: int) -> Notice:
    text = N_("Not assessable yet: {comparators} comparable municipalities, {least} needed.")
    return Notice("poucos_comparadores", text, {"comparators": comparators, "least": least})


def left_out(participants: int) -> Notice:
    text = N_("{participants} participating municipalities are left out: a value or the profile is missing.")
    return Notice("participantes_de_fora", text, {"participants": participants})


def unlike(difference: float, limit: float, feature: int) -> Notice:
    """``feature`` 0 = the baseline, then the columns of the profile from 1."""
    text = N_(
        "The comparable municipalities differ from the participants by {difference} standard deviations in the "
        "baseline or the profile (more than {limit}); read the adjusted difference as well."
    )
    return Notice("desequilibrio", text, {"difference": round(difference, 2), "limit": limit, "feature": feature})


def open_interval(draws: int) -> Notice:
    text = N_("There are too few ways to choose the participants ({draws}) for an interval with two ends.")
    return Notice("intervalo_aberto", text, {"draws": draws})


def not_adjusted() -> Notice:
    text = N_("The difference cannot be adjusted: baseline and profile alone tell who takes part.")
    return Notice("sem_ajuste", text)
