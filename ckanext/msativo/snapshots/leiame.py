"""The README of an exported snapshot, in the language of those who read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.msativo.snapshots import challenge, indicator

FILES: Mapping[str, str] = {
    "metodo.json": "o que foi analisado e como: análise, versões do software, método e versão dos dados de cada "
    "indicador (com a fonte e a licença), método de cada desafio",
    "municipios.json": "os municípios, com ano de instalação, vizinhos e regiões",
    "observacoes/<indicador>.csv": "as observações de cada indicador, byte a byte como foram analisadas",
    "criticidade.csv": "resultado: a situação de cada município em cada indicador e ano de referência",
    "anos.csv": "resultado: o resumo de cada ano de referência de um indicador",
    "indicadores.json": "resultado: ano padrão de cada indicador, se tem cobertura suficiente, linhas deixadas de fora",
    "foco.csv": "resultado: a situação de cada município em cada desafio",
    "desafios.json": "resultado: n, k, ano e peso efetivo de cada indicador de um desafio, correlações e avisos",
    "SHA256SUMS": "a soma de cada arquivo (`sha256sum --check SHA256SUMS`)",
}
CRITICALITY: Mapping[str, str] = {
    "ano": "ano de referência",
    "codigo_ibge": "código do município, 7 dígitos",
    "valor": "valor observado, na unidade do indicador",
    "valor_suavizado": "taxa de eventos agregada por anos e suavizada, pela qual o município é julgado",
    "eventos": "eventos somados por trás da taxa suavizada",
    "populacao": "população somada por trás da taxa suavizada",
    "confianca": "alta, media ou baixa, quando os números são pequenos",
    "ano_valor": "ano do valor usado",
    "nota": "código da nota da fonte sobre o valor ou a falta dele",
    "estado": "critico, atencao, adequado ou sem_dado",
    "posicao": "1 = pior; empates têm a mesma posição",
    "percentil": "100 × posição / número de municípios com valor",
    "limite": "corte da situação crítica, na unidade do indicador",
    "limite_atencao": "corte da atenção, na unidade do indicador",
    "referencia_n": "número de valores do grupo de referência que deram os cortes",
    "recuo": "true = o grupo de referência tinha poucos valores e o estado inteiro deu os cortes",
    "motivo": "código do motivo do estado",
    "motivos": "partes do motivo de uma regra que combina outras ou diz números próprios: códigos e fatos (JSON)",
    "faixa": "faixa de cor, quando a regra tem limites declarados",
    "critico_desde": "primeiro ano da sequência ininterrupta de anos críticos",
    "tendencia_inclinacao": "mudança por ano até o ano padrão (Theil–Sen), nas linhas desse ano",
    "tendencia_inferior": "limite inferior do intervalo de 90 % da inclinação",
    "tendencia_superior": "limite superior do intervalo de 90 % da inclinação",
    "tendencia_pontos": "anos com valor usados na tendência",
}
YEARS: Mapping[str, str] = {
    "ano": "ano de referência",
    "observado": "false = nenhum valor próprio; o ano só é alcançado pela tolerância",
    "com_valor": "municípios com valor desse mesmo ano",
    "instalados": "municípios instalados nesse ano",
    "cobertura": "com_valor / instalados",
    "usados": "municípios com valor dentro da tolerância",
    "criticos": "municípios em situação crítica",
    "atencao": "municípios em atenção",
    "adequados": "municípios adequados",
    "sem_dado": "municípios sem dado",
    "mediana": "mediana dos valores usados",
    "limite": "corte da situação crítica, quando é o mesmo para todos",
    "limite_atencao": "corte da atenção, quando é o mesmo para todos",
    "sem_variacao": "true = todos os valores são iguais e ninguém é crítico",
}
FOCUS: Mapping[str, str] = {
    "codigo_ibge": "código do município, 7 dígitos",
    "pontuacao": "0 (pior) a 100 (melhor)",
    "necessidade": "100 − pontuação",
    "posicao": "1 = maior necessidade",
    "percentil": "100 × posição / número de municípios com pontuação",
    "posicao_mediana": "mediana da posição quando pesos e método variam",
    "posicao_p05": "percentil 5 da posição",
    "posicao_p95": "percentil 95 da posição",
    "prob_pior_k": "probabilidade de estar entre os k de maior necessidade",
    "peso_disponivel": "parte do peso dos indicadores em que o município tem valor",
    "cor": "cor dos dois piores indicadores, quando há cortes",
    "classe": "focal, prioritario, monitorado ou sem_dado, como calculada (sem as decisões da coordenação)",
    "motivos": "códigos dos motivos da classe, com seus fatos (JSON)",
    "notas": "pontuação em cada indicador (JSON)",
    "moran_i": "I de Moran local da necessidade",
    "moran_vizinhos": "desvio médio dos vizinhos em relação à média",
    "moran_p": "valor p das permutações",
    "moran_p_ajustado": "valor p ajustado (taxa de falsas descobertas)",
    "agrupamento": "alto_alto, baixo_baixo, alto_baixo ou baixo_alto (o município, os vizinhos)",
    "agrupamento_significativo": "true = significativo depois do ajuste",
}
TEXT = """# Análise {numero} do MS Ativo

Esta pasta contém uma análise inteira: os dados de que foi feita, os métodos e os resultados. Com ela qualquer pessoa
refaz cada número sem acesso ao portal.

## Refazer a análise

Com Python 3.11 ou 3.12 e o pacote (a parte usada aqui não precisa do CKAN):

    pip install --no-deps {pacote}
    pip install {numpy} pyyaml python-calamine
    python -m ckanext.msativo.snapshots PASTA

O comando confere as somas, calcula tudo de novo a partir de `observacoes/`, `municipios.json` e `metodo.json` e compara
com os resultados: números iguais até 1e-9, estados, classes e códigos idênticos. Com as mesmas versões do software
compara também byte a byte. Termina com 0 se tudo confere e com 1 se não; cada diferença é dita com arquivo, linha e
coluna.

## Arquivos

{arquivos}

Os CSV são UTF-8, separados por vírgula, com ponto decimal e fim de linha LF; números na forma exata mais curta; vazio =
sem valor. Número, datas e ciclo da análise estão à parte, em `snapshot` no `metodo.json`; nada na pasta depende do
momento da exportação.

Os resultados são os calculados. Decisões da coordenação e contestações são atos do programa e estão no portal.

## Licenças

Os dados são das fontes citadas. A fonte e a licença de cada indicador estão em `metodo.json`, em `indicadores[].fonte`.

## Colunas

### criticidade.csv

- `indicador`: nome do indicador
{criticidade}

### anos.csv

- `indicador`: nome do indicador
{anos}

### foco.csv

- `desafio`: nome do desafio
{foco}
"""
WITHHELD = "indicador_nao_publico"
REASONS: Mapping[str, str] = {WITHHELD: "usa um indicador que não é público, e por isso não pode ser refeito daqui"}
LEFT_OUT = """
## O que ficou de fora

{fora}
"""


def readme(method: Mapping[str, Any]) -> str:
    """The README of an export whose `metodo.json` is ``method``."""
    software = method["software"]
    text = TEXT.format(
        numero=method["snapshot"]["numero"],
        pacote=_pinned("ckanext-msativo", software),
        numpy=_pinned("numpy", software),
        arquivos=_listed(FILES),
        criticidade=_listed({name: CRITICALITY[name] for name in indicator.COLUMNS}),
        anos=_listed({name: YEARS[name] for name in indicator.YEAR_COLUMNS}),
        foco=_listed({name: FOCUS[name] for name in challenge.COLUMNS}),
    )
    left_out = {item["desafio"]: REASONS[item["motivo"]] for item in method["fora"]}
    return text + LEFT_OUT.format(fora=_listed(left_out)) if left_out else text


def _pinned(name: str, software: Mapping[str, str]) -> str:
    return f"{name}=={software[name]}" if name in software else name


def _listed(rows: Mapping[str, str]) -> str:
    return "\n".join(f"- `{name}`: {said}" for name, said in rows.items())
