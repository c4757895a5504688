"""Builds the demonstration's tidy CSV files from a folder of public figures.

    python scripts/build_demo_data.py SHARED_DATA_FOLDER

Every value is the agency's own; the only sums done here are rates whose two parts stand beside
them. A municipality's years before its installation are left out. Same input, same bytes.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from ckanext.msativo.demo import COLUMNS
from ckanext.msativo.demo import FOLDER as TARGET
from ckanext.msativo.territory import Territory, load_territory

DECIMALS = Decimal("0.000001")  # of the rates computed here
MISSING_MARKS = {"...": "nao_disponivel", "ND": "nd", "-": "traco", "": "em_branco"}

ATLAS = {
    "mortalidade-infantil": "mort1",
    "mortalidade-ate-5-anos": "mort5",
    "esperanca-de-vida": "espvida",
    "analfabetismo-18-anos-ou-mais": "t_analf18m",
    "anos-esperados-de-estudo": "e_anosestudo",
    "atraso-escolar-fundamental": "t_atraso_2_fund",
    "frequencia-liquida-medio": "t_flmed",
    "atendimento-creche": "t_freq0a3",
    "atendimento-pre-escola": "t_freq4a5",
    "pobreza": "pmpob",
    "extrema-pobreza": "pind",
    "pobreza-infantil": "pmpobcri",
    "desigualdade-de-renda": "gini",
    "renda-domiciliar-per-capita": "rdpc",
    "jovens-sem-estudo-nem-trabalho": "t_nestuda_ntrab_mmeio",
    "criancas-em-lar-sem-fundamental": "t_crifundin_todos",
    "idhm": "idhm",
    "agua-encanada": "t_agua",
    "banheiro-e-agua-encanada": "t_banagua",
    "coleta-de-lixo": "t_lixo",
    "energia-eletrica": "t_luz",
    "agua-e-esgoto-inadequados": "agua_esgoto",
    "adensamento-domiciliar": "t_dens",
    "formalizacao-do-trabalho": "p_formal",
    "rendimento-do-trabalho": "renocup",
    "desocupacao": "t_des",
    "ocupados-com-ensino-medio": "p_med",
    "ocupados-com-ate-um-salario-minimo": "ren1",
}
IDEB = {
    "ideb-anos-finais": "VL_OBSERVADO_{ano}",
    "aprovacao-anos-finais": "VL_APROVACAO_{ano}_SI_4",
    "saeb-matematica-anos-finais": "VL_NOTA_MATEMATICA_{ano}",
    "saeb-portugues-anos-finais": "VL_NOTA_PORTUGUES_{ano}",
}
SNIS = {
    "pavimentacao-urbana": "IN020",
    "drenagem-subterranea": "IN021",
    "domicilios-em-risco-de-inundacao": "IN040",
}
# The Atlas gives 1991 for this variable on another footing than 2000 and 2010: the median share
# would have risen from 0.8 % to 11 % by 2000 while every other measure of sanitation improved.
ATLAS_NOT_COMPARABLE = {("agua-e-esgoto-inadequados", 1991)}

GDP = "Produto Interno Bruto a preços correntes"
TAXES = "Impostos, líquidos de subsídios"


class Row(NamedTuple):
    """One line of a tidy file, in the order of its columns; numbers as text, empty = missing."""

    indicador: str
    codigo_ibge: str
    ano: int
    valor: str = ""
    numerador: str = ""
    denominador: str = ""
    nota: str = ""


class Figures:
    """The input folder and the territory that says which rows may stay."""

    def __init__(self, folder: Path, territory: Territory) -> None:
        self.folder = folder
        self.territory = territory
        self.population = self._population()

    def read(self, pattern: str, delimiter: str = ",") -> list[dict[str, str]]:
        (path,) = self.folder.glob(pattern)
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream, delimiter=delimiter))

    def _population(self) -> dict[tuple[str, int], str]:
        rows = self.read("populacao_ibge/*.csv")
        return {(row["codigo_ibge"], int(row["ano"])): row["populacao"] for row in rows if row["populacao"].isdigit()}


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the demonstration's data.")
    parser.add_argument("folder", type=Path, help="folder that holds figures/")
    figures = Figures(parser.parse_args().folder / "figures", load_territory("ms"))
    for name, build in BUILDERS.items():
        rows = [r for r in build(figures) if figures.territory.is_installed(r.codigo_ibge, r.ano)]
        write(TARGET / f"{name}.csv", rows)


def write(path: Path, rows: list[Row]) -> None:
    rows.sort(key=lambda row: row[:3])
    keys = {row[:3] for row in rows}
    assert len(keys) == len(rows), f"{path.name}: a municipality has two values in one year"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    print(f"{path.name}: {len(rows)} rows, {len({row.indicador for row in rows})} indicators")


def number(text: str) -> str:
    """Write a decimal in its shortest plain form: ``"27.90"`` gives ``"27.9"``."""
    plain = format(Decimal(text), "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def observation(indicador: str, codigo: str, ano: int, text: str) -> Row:
    """Make a row of a published value, or of the reason why there is none."""
    nota = MISSING_MARKS.get(text.strip())
    if nota:
        return Row(indicador, codigo, ano, nota=nota)
    return Row(indicador, codigo, ano, number(text))


def rate(indicador: str, codigo: str, ano: int, parts: tuple[str, str], factor: int, nota: str = "") -> Row:
    """Make a row of ``numerator / denominator * factor``, both parts kept beside it."""
    numerator, denominator = map(Decimal, parts)
    value = (numerator / denominator * factor).quantize(DECIMALS)
    texts = number(str(value)), number(parts[0]), number(parts[1])
    return Row(indicador, codigo, ano, *texts, nota)


def atlas(figures: Figures) -> Iterator[Row]:
    """Atlas do Desenvolvimento Humano: census years; a year without any value is left out."""
    rows = figures.read("atlas_idhm/*124vars*.csv")
    for name, variable in ATLAS.items():
        years = {row["ano"] for row in rows if row[variable] not in ("", "NA")}
        for row in rows:
            if row["ano"] in years and (name, int(row["ano"])) not in ATLAS_NOT_COMPARABLE:
                yield observation(name, row["codmun7"], int(row["ano"]), row[variable])


def ideb(figures: Figures) -> Iterator[Row]:
    """INEP: the public network as a whole (its row ``Pública``), observed years."""
    for row in figures.read("ideb/*.csv"):
        if row["REDE"] == "Pública":
            for name, column in IDEB.items():
                for ano in (2005, 2023):
                    text = row[column.format(ano=ano)]
                    yield observation(name, row["CO_MUNICIPIO"], ano, text)


def homicides(figures: Figures) -> Iterator[Row]:
    """Atlas da Violência: the rate is published without its deaths."""
    for row in figures.read("homicidios_atlas_violencia/*.csv", ";"):
        yield observation("homicidios", row["cod"], int(row["período"]), row["valor"])


def suicides(figures: Figures) -> Iterator[Row]:
    """SIM/DATASUS: TabNet leaves out municipalities without a death, in a year or altogether."""
    rows = figures.read("tabnet_sim_suicidios_2008_2018/*.csv", ";")
    deaths = {row["municipio_tabnet"][:6]: row for row in rows}
    for codigo in figures.territory.by_code:
        for ano in range(2008, 2019):
            if not figures.territory.is_installed(codigo, ano):
                continue
            events = deaths.get(codigo[:6], {}).get(str(ano), "")
            parts = events or "0", figures.population[codigo, ano]
            nota = "" if events else "sem_ocorrencia"
            yield rate("suicidios", codigo, ano, parts, 100_000, nota)


def gdp(figures: Figures) -> Iterator[Row]:
    """SIDRA table 5938, in R$ 1,000: GDP per inhabitant of the same year, and taxes in GDP."""
    values: dict[tuple[str, str, int], str] = {}
    for row in figures.read("pib_municipios/*.csv"):
        if row["ano"]:
            variable = next((v for v in (GDP, TAXES) if row["variavel"].startswith(v)), "")
            values[variable, row["codigo_ibge"], int(row["ano"])] = row["valor"]
    for (variable, codigo, ano), text in values.items():
        if variable == GDP and text not in MISSING_MARKS:
            total = reais(text)
            inhabitants = figures.population.get((codigo, ano))
            if inhabitants:
                yield rate("pib-per-capita", codigo, ano, (total, inhabitants), 1)
        if variable == TAXES and text in MISSING_MARKS:
            yield observation("impostos-no-pib", codigo, ano, text)
        elif variable == TAXES:
            parts = reais(text), reais(values[GDP, codigo, ano])
            yield rate("impostos-no-pib", codigo, ano, parts, 100)


def reais(thousands: str) -> str:
    return number(str(Decimal(thousands) * 1000))


def drainage(figures: Figures) -> Iterator[Row]:
    """SNIS: dots part thousands even in codes; municipalities that did not answer are absent."""
    rows = figures.read("snis_aguas_pluviais/*.csv", ";")
    for name, code in SNIS.items():
        column = next(header for header in rows[0] if header.startswith(code))
        for row in rows:
            codigo = row["Código IBGE"].replace(".", "")
            text = row[column].replace(".", "").replace(",", ".")
            yield observation(name, codigo, int(row["ano_arquivo"]), text)


def population(figures: Figures) -> Iterator[Row]:
    """What is no indicator: inhabitants, and the urban share of the 2010 census."""
    for (codigo, ano), inhabitants in figures.population.items():
        yield Row("populacao", codigo, ano, inhabitants)
    for row in figures.read("atlas_idhm/*124vars*.csv"):
        parts = row["pesourb"], row["pesotot"]
        yield rate("grau-de-urbanizacao", row["codmun7"], int(row["ano"]), parts, 100)


BUILDERS: Mapping[str, Callable[[Figures], Iterator[Row]]] = {
    "atlas-brasil": atlas,
    "atlas-violencia": homicides,
    "ibge-pib": gdp,
    "inep-ideb": ideb,
    "populacao": population,
    "sim-suicidios": suicides,
    "snis-drenagem": drainage,
}

if __name__ == "__main__":
    main()
