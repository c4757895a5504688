"""The codes an observation's ``nota`` may carry, each with the sentence that explains it.

A note tells how a value came to be, or why there is none; without a note a value is as published.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ckanext.msativo.i18n_marker import N_

_WITH_VALUE = {
    "traco_zero": N_('The source shows "-", which in IBGE and DATASUS tables is an absolute zero.'),
    "zero_arredondado": N_("The source shows 0 for a number too small for the decimals it publishes."),
    "sem_ocorrencia": N_("The source leaves out municipalities without an event; the value is zero."),
}

_WITHOUT_VALUE = {
    "nao_disponivel": N_('The source has no figure yet ("...", or an empty year).'),
    "nao_aplicavel": N_('The figure does not apply to this municipality ("..").'),
    "suprimido": N_('The source hides the figure so that nobody can be identified ("X").'),
    "faixa": N_("The source gives a range of values (a letter A to Z) instead of a figure."),
    "nd": N_('INEP shows "ND": the result could not be published.'),
    "traco": N_('INEP shows "-": there is no result for this municipality and year.'),
    "em_branco": N_("The source leaves the field blank: the municipality did not inform it."),
    "nao_instalado": N_("The municipality had not been installed in that year."),
    "sem_denominador": N_("There is no denominator for this municipality and year."),
    "denominador_zero": N_("The denominator is zero, so there is no rate."),
    "sem_ano_anterior": N_("There is no figure of the earlier year to compare with."),
    "anos_incompletos": N_("Some of the years that are added up have no figure."),
}

NOTAS: Mapping[str, str] = MappingProxyType(_WITH_VALUE | _WITHOUT_VALUE)
AUSENCIA: frozenset[str] = frozenset(_WITHOUT_VALUE)  # notes that stand in place of a value
