"""The registry: every page of the portal, in each of its states, and who looks at it.

A new page is one line here. `{names}` in an address are those of the portal of `world.py`. What has an address and is
no page is named in `NO_PAGES` with the reason; `test_registry.py` finds what is in neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ckanext.msativo.tests.adesao_world import NEIGHBOUR, PREFEITURA
from ckanext.msativo.tests.cycle_world import SECRETARIA
from ckanext.msativo.tests.test_permissions_world import ADMIN, ANONYMOUS, EDITOR, SYSADMIN

SECRETARIAT_ADMIN, CITY_ADMIN, CITY_THIRD, CITY_READER = (
    "secretaria-admin",
    "prefeitura-admin",
    "terceira-admin",
    "quarta-leitor",
)


@dataclass(frozen=True)
class Page:
    """One page as one person sees it. With ``press``, the page that a form gives back when its button is pressed."""

    address: str
    role: str = ANONYMOUS
    status: int = 200
    press: str = ""
    """CSS selector of a button in ``main``."""
    typed: Mapping[str, str] = field(default_factory=dict)
    """What is typed before, by the field's name; what the browser itself asks for is left out."""
    ours: bool = True
    """A page of the programme; CKAN's own otherwise."""

    @property
    def name(self) -> str:
        return f"{self.address} as {self.role}" + (f", {self.press}" if self.press else "")


def _seen(role: str, *addresses: str, status: int = 200, ours: bool = True) -> tuple[Page, ...]:
    return tuple(Page(address, role, status, ours=ours) for address in addresses)


def _wrong(role: str, address: str, press: str, status: int = 400, ours: bool = True, **typed: str) -> Page:
    return Page(address, role, status, press, typed, ours)


def _step(name: str) -> str:
    return f'button[name="passo"][value="{name}"]'


POST = "form[method=post] button.btn-primary"

CITIZEN = (
    *_seen(
        ANONYMOUS,
        "/",
        "/adesao",
        "/about",
        "/privacidade",
        "/dados",
        "/busca",
        "/busca?q=taxa",
        "/busca?q=zzz",
        "/indicador/",
        "/indicador/?area=educacao",
        "/indicador/alfa",
        "/indicador/alfa?cor=valor",
        "/indicador/alfa?municipio={municipio}",
        "/indicador/alfa?aba=tabela",
        "/indicador/alfa?aba=evolucao",
        "/indicador/alfa?aba=baixar",
        "/indicador/gama",
        "/indicador/alfa/regras",
        "/indicador/alfa/qualidade",
        "/municipios",
        "/municipios/{municipio}",
        "/municipios/{municipio}?motivos=1",
        "/municipios/{municipio}?aba=evolucao",
        "/comparar",
        "/comparar?municipios={municipio}&municipios=corumba",
        "/quadro",
        "/desafio/",
        "/desafio/reto",
        "/desafio/reto?aba=tabela",
        "/desafio/reto?aba=efeito",
        "/desafio/reto?aba=metodo",
        "/desafio/reto?aba=baixar",
        "/foco/reto/{municipio}",
        "/foco/reto/corumba",
        "/analises",
        "/analises/{analise}",
        "/contestacoes",
        "/contestacoes/{respondida}",
        "/contestacoes/{contestacao}",
        "/acoes",
        "/acoes/{acao}",
        "/planos",
        "/planos?situacao=aprovados",
        "/planos/{plano}",
        "/entregas/{entrega}",
        "/evidencias",
        "/evidencias/{evidencia}",
        "/adesoes",
        "/adesoes?situacao=atrasadas",
        "/ciclos",
        "/monitoramento",
        "/monitoramento?por=municipio",
        "/monitoramento/relatorio",
        "/agenda",
        "/agenda?situacao=encerradas",
        "/agenda/{item_publico}",
        "/reunioes",
        "/reunioes/{reuniao}",
        "/incorporar/indicador/alfa",
        "/incorporar/desafio/reto",
        "/incorporar/municipio/{municipio}",
    ),
    *_seen(
        ANONYMOUS, "/nada", "/municipios/nada", "/indicador/nada", "/analises/999", "/acoes/{acao_rascunho}", status=404
    ),
    *_seen(ANONYMOUS, "/indicador/alfa?aba=nada", "/agenda?situacao=nada", status=400),
    *_seen(ANONYMOUS, "/avisos", "/pessoas", status=403),
)
CKAN_OWN = (
    *_seen(
        ANONYMOUS,
        "/dataset/",
        "/dataset/?q=zzz",
        "/dataset/{dado}",
        "/dataset/{dado}/resource/{recurso}",
        "/organization/",
        "/organization/{org}",
        "/organization/about/{org}",
        "/group/",
        "/user/login",
        "/user/reset",
        ours=False,
    ),
    _wrong(ANONYMOUS, "/user/login", "form[method=post] button.btn-primary", 200, False, login="ninguem", password="x"),
    *_seen(ANONYMOUS, "/dataset/nada", status=404, ours=False),
    *_seen(ANONYMOUS, "/dataset/new", status=403, ours=False),
    *_seen(
        CITY_ADMIN,
        "/dashboard/",
        "/dashboard/datasets",
        "/dashboard/organizations",
        "/user/me",
        "/user/edit",
        "/user/{pessoa}/api-tokens",
        "/organization/members/{orgao}",
        ours=False,
    ),
    *_seen(SECRETARIAT_ADMIN, "/dataset/new", "/dataset/edit/{dado}", "/dataset/activity/{dado}", ours=False),
    _wrong(SECRETARIAT_ADMIN, "/dataset/new", 'button[name="save"]', 200, False),
    *_seen(
        ADMIN,
        "/indicador/new",
        "/indicador/edit/alfa",
        "/desafio/new",
        "/desafio/edit/reto",
        "/indicador/alfa/resource/{resource}",
        "/dataset/{dado}",
    ),
    _wrong(ADMIN, "/indicador/new", 'button[name="save"]', 200),
    *_seen(SYSADMIN, "/organization/new", "/organization/edit/{org}", "/user/", "/group/new", ours=False),
)
CITY = (
    *_seen(
        PREFEITURA,
        "/",
        "/entrada",
        "/meu-municipio",
        "/municipios/{municipio}",
        "/foco/reto/{municipio}",
        "/adesoes",
        "/adesoes/{adesao_rascunho}",
        "/adesoes/{adesao_rascunho}/editar",
        "/acoes/{acao}",
        "/planos/novo?municipio=5004809",
        "/planos/{plano}",
        "/planos/{plano_rascunho}",
        "/planos/{plano_rascunho}/editar",
        "/entregas/{entrega}",
        "/evidencias",
        "/evidencias/nova?entrega={entrega}",
        "/evidencias/{devolvida}",
        "/evidencias/{devolvida}/editar",
        "/evidencias/{rascunho}",
        "/evidencias/{evidencia}",
        "/agenda?de=minhas",
        "/agenda/{item}",
        "/avisos",
        "/pessoas",
        "/contestacoes/nova?desafio=reto&municipio={municipio}",
    ),
    _wrong(PREFEITURA, "/adesoes/{adesao_rascunho}/editar", _step("enviar")),
    _wrong(PREFEITURA, "/evidencias/nova?entrega={entrega}", _step("enviar"), data="2199-01-01"),
    _wrong(PREFEITURA, "/contestacoes/nova?desafio=reto&municipio={municipio}", POST),
    *_seen(CITY_ADMIN, "/pessoas", "/pessoas/passagem/{municipio}", "/agenda/calendario"),
    _wrong(CITY_ADMIN, "/pessoas", _step("convidar")),
    _wrong(CITY_ADMIN, "/pessoas/passagem/{municipio}", "form[method=post] button.btn-danger"),
    *_seen(CITY_THIRD, "/meu-municipio", "/adesoes/nova", "/avisos", "/planos", "/evidencias"),
    *_seen(CITY_READER, "/meu-municipio", "/adesoes"),
    *_seen(NEIGHBOUR, "/planos/{plano_enviado}", "/adesoes/{adesao}"),
    *_seen(NEIGHBOUR, "/evidencias/{na_fila}", "/adesoes/{adesao_rascunho}", status=404),
)
SECRETARIAT = (
    *_seen(
        SECRETARIA,
        "/",
        "/fila",
        "/acoes",
        "/acoes/nova",
        "/acoes/{acao_rascunho}",
        "/acoes/{acao_rascunho}/editar",
        "/acoes/{acao_comentarios}",
        "/acoes/{acao}",
        "/evidencias",
        "/evidencias/{na_fila}",
        "/evidencias/{devolvida}",
        "/agenda/novo",
        "/avisos",
        "/pessoas",
    ),
    _wrong(SECRETARIA, "/acoes/nova", POST),
    _wrong(SECRETARIA, "/evidencias/{na_fila}", _step("devolver")),
    *_seen(SECRETARIA, "/coordenacao", "/carregar", status=403),
)
STATE = (
    *_seen(
        EDITOR,
        "/",
        "/coordenacao",
        "/coordenacao/foco?desafio=reto&municipio={municipio}",
        "/coordenacao/indicadores",
        "/fila",
        "/carregar",
        "/indicador/alfa/qualidade",
        "/adesoes",
        "/adesoes/{adesao}",
        "/planos/{plano_enviado}",
        "/acoes/{acao_comentarios}",
        "/evidencias",
        "/evidencias/{na_fila}",
        "/foco/reto/{municipio}",
        "/contestacoes/{contestacao}",
        "/analises",
        "/ciclos",
        "/ciclos?ciclo={ciclo}",
        "/agenda/novo",
        "/agenda/{item}",
        "/agenda/{item}/editar",
        "/reunioes/nova",
        "/reunioes/{reuniao}",
        "/reunioes/{reuniao}/editar",
        "/avisos",
        "/pessoas",
    ),
    _wrong(EDITOR, "/adesoes/{adesao}", _step("analisar"), 409, versao="0"),
    _wrong(EDITOR, "/planos/{plano_enviado}", _step("devolver")),
    _wrong(EDITOR, "/foco/reto/{municipio}", POST, motivo=""),
    _wrong(EDITOR, "/contestacoes/{contestacao}", POST),
    _wrong(EDITOR, "/agenda/novo", POST),
    _wrong(EDITOR, "/agenda/{item}", _step("descartar"), nota=""),
    _wrong(EDITOR, "/reunioes/nova", POST),
    _wrong(EDITOR, "/carregar", POST),
    *_seen(ADMIN, "/analises", "/analises/{analise}", "/ciclos", "/ciclos/{ciclo}/encerrar", "/pessoas"),
    _wrong(ADMIN, "/ciclos", POST),
)
PAGES: tuple[Page, ...] = (*CITIZEN, *CKAN_OWN, *CITY, *SECRETARIAT, *STATE)

NO_PAGES = {
    "msativo_adesoes.term": "a file",
    "msativo_agenda.feed": "a calendar",
    "msativo_analises.progress": "needs a running job; the same parts as the page of an analysis",
    "msativo_avisos.leave": "needs the secret address of a letter",
    "msativo_busca.suggest": "JSON",
    "msativo_carga.preview": "needs a file that was sent",
    "msativo_carga.progress": "needs a running job",
    "msativo_contestacoes.arquivo": "a file",
    "msativo_dados.download": "a file",
    "msativo_evidencias.download": "a file",
    "msativo_evidencias.photo": "a picture",
    "msativo_foco.index": "leads to the challenges",
    "msativo_imagens.portal": "a picture",
    "msativo_imagens.read": "a picture",
    "msativo_oembed.read": "JSON",
}
"""Addresses of ours that answer GET and give no page of their own: endpoint → why."""
