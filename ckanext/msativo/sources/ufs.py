"""The states as IBGE codes and writes them: what tells a row of another state from a mistake."""

from __future__ import annotations

SIGLAS = {
    "11": "RO", "12": "AC", "13": "AM", "14": "RR", "15": "PA", "16": "AP", "17": "TO", "21": "MA", "22": "PI",
    "23": "CE", "24": "RN", "25": "PB", "26": "PE", "27": "AL", "28": "SE", "29": "BA", "31": "MG", "32": "ES",
    "33": "RJ", "35": "SP", "41": "PR", "42": "SC", "43": "RS", "50": "MS", "51": "MT", "52": "GO", "53": "DF",
}  # fmt: skip

# Normalised names of what is larger than a municipality and stands in the same column.
LARGER = frozenset(
    {
        "brasil", "norte", "nordeste", "sudeste", "sul", "centro_oeste", "regiao_norte", "regiao_nordeste",
        "regiao_sudeste", "regiao_sul", "regiao_centro_oeste", "rondonia", "acre", "amazonas", "roraima", "para",
        "amapa", "tocantins", "maranhao", "piaui", "ceara", "rio_grande_do_norte", "paraiba", "pernambuco", "alagoas",
        "sergipe", "bahia", "minas_gerais", "espirito_santo", "rio_de_janeiro", "sao_paulo", "parana", "santa_catarina",
        "rio_grande_do_sul", "mato_grosso_do_sul", "mato_grosso", "goias", "distrito_federal",
    }
)  # fmt: skip
