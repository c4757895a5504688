"""The choices of the forms, with their labels: areas, polarities, kinds of indicator. Named once, used everywhere."""

from __future__ import annotations

from collections.abc import Mapping

from ckanext.msativo.i18n_marker import N_
from ckanext.msativo.territory.groups import GROUPS

AREAS: Mapping[str, str] = {
    "educacao": N_("Education"),
    "saude": N_("Health"),
    "assistencia-social": N_("Social assistance"),
    "infraestrutura": N_("Infrastructure"),
    "ambiente-de-negocios": N_("Business environment"),
    "seguranca": N_("Public safety"),
}
POLARITIES: Mapping[str, str] = {
    "maior_melhor": N_("Higher is better"),
    "menor_melhor": N_("Lower is better"),
}
KINDS_OF_INDICATOR: Mapping[str, str] = {
    "taxa_eventos": N_("Rate of events"),
    "proporcao": N_("Proportion"),
    "media": N_("Mean"),
    "razao": N_("Ratio"),
    "nivel": N_("Level"),
    "indice": N_("Index"),
}
REFERENCE_GROUPS: Mapping[str, str] = {
    "estado": N_("All municipalities of the state"),
    **{name: GROUPS.get(name).label for name in GROUPS.names()},
}
ORGANIZATION_KINDS: Mapping[str, str] = {
    "municipio": N_("Municipality"),
    "secretaria": N_("State secretariat"),
    "coordenacao": N_("Programme coordination"),
}
STATES: Mapping[str, str] = {
    "critico": N_("Critical"),
    "atencao": N_("Attention"),
    "adequado": N_("Adequate"),
    "sem_dado": N_("No data"),
}
