"""The menu of actions, adoptions, plans, deliveries and evidences.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = (
    "evidencia",
    "entrega_termos",
    "entrega",
    "plano_acao",
    "plano",
    "comentario",
    "adocao",
    "acao_versao",
    "acao",
)
GROWING = ("acao_versao", "comentario", "entrega_termos")
"""Tables whose rows are only added."""


def upgrade() -> None:
    _create_menu()
    _create_plans()
    _create_evidence()
    for table in GROWING:
        op.execute(
            f"CREATE TRIGGER msativo_refuse BEFORE UPDATE OR DELETE ON msativo_{table} "
            "FOR EACH ROW EXECUTE FUNCTION msativo_refuse()"
        )


def _text(name: str, nullable: bool = False, **options: object) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable, **options)


def _moment(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _day(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Date, nullable=nullable)


def _amount(name: str, nullable: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Float, nullable=nullable)


def _whole(name: str, nullable: bool = False, **options: object) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=nullable, **options)


def _of(table: str, name: str, **options: object) -> sa.Column[str]:
    return sa.Column(name, sa.Text, sa.ForeignKey(f"msativo_{table}.id"), nullable=False, **options)


def _create_menu() -> None:
    op.create_table(
        "msativo_acao",
        sa.Column("id", sa.Text, primary_key=True),
        _text("nome", unique=True),
        _text("secretaria_id", index=True),
        _text("estado"),
        _whole("versao"),
        sa.Column("conteudo", JSONB, nullable=False),
        _whole("publicada", nullable=True),
        _moment("criada_em"),
    )
    op.create_table(
        "msativo_acao_versao",
        _of("acao", "acao_id", primary_key=True),
        _whole("numero", primary_key=True, autoincrement=False),
        sa.Column("conteudo", JSONB, nullable=False),
        _moment("publicada_em"),
    )
    op.create_table(
        "msativo_adocao",
        _text("codigo_ibge", primary_key=True),
        _of("ciclo", "ciclo_id", primary_key=True),
        _of("acao", "acao_id", primary_key=True, index=True),
        _text("decisao"),
        _text("motivo"),
        _moment("em"),
    )
    op.create_table(
        "msativo_comentario",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        *(_text(name) for name in ("objeto_tipo", "objeto_id", "autor", "texto")),
        _moment("em"),
    )
    op.create_index("msativo_comentario_objeto", "msativo_comentario", ["objeto_tipo", "objeto_id", "id"])


def _create_plans() -> None:
    op.create_table(
        "msativo_plano",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("numero", sa.Integer, sa.Identity(), unique=True, nullable=False),
        _text("codigo_ibge"),
        _of("ciclo", "ciclo_id"),
        _text("titulo"),
        _day("inicio"),
        _text("estado"),
        _whole("versao"),
        sa.Column("proposta", JSONB),
        _moment("criada_em"),
        _moment("enviada_em", nullable=True),
        _moment("aprovada_em", nullable=True),
        _text("em_nome_de", nullable=True),
    )
    op.create_index("msativo_plano_municipio", "msativo_plano", ["codigo_ibge", "ciclo_id"])
    op.create_table(
        "msativo_plano_acao",
        _of("plano", "plano_id", primary_key=True),
        _of("acao", "acao_id", primary_key=True, index=True),
        _whole("acao_versao"),
    )
    op.create_table(
        "msativo_entrega",
        sa.Column("id", sa.Text, primary_key=True),
        _of("plano", "plano_id", index=True),
        _of("acao", "acao_id", index=True),
        _whole("posicao"),
        _text("titulo"),
        _text("prova"),
        _day("inicio"),
        _day("prazo"),
        _amount("meta", nullable=True),
        _text("unidade"),
        _amount("peso"),
        _text("responsavel"),
        _text("estado"),
        _whole("versao"),
    )
    op.create_table(
        "msativo_entrega_termos",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _of("entrega", "entrega_id", index=True),
        _moment("desde"),
        _day("inicio"),
        _day("prazo"),
        _amount("meta", nullable=True),
        _amount("peso"),
    )


def _create_evidence() -> None:
    op.create_table(
        "msativo_evidencia",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("numero", sa.Integer, sa.Identity(), unique=True, nullable=False),
        _of("entrega", "entrega_id", index=True),
        _text("descricao"),
        _day("data", nullable=True),
        _text("lugar"),
        _text("link"),
        _amount("quantidade", nullable=True),
        _amount("quantidade_aceita", nullable=True),
        *(sa.Column(name, sa.Boolean, nullable=False) for name in ("publicavel", "publicada")),
        _text("estado"),
        _whole("versao"),
        _text("revisor_id", nullable=True),
        _moment("criada_em"),
        _moment("enviada_em", nullable=True),
        _day("prazo", nullable=True),
        _moment("respondida_em", nullable=True),
    )
    op.create_index(
        "msativo_evidencia_uma_espera",
        "msativo_evidencia",
        ["entrega_id"],
        unique=True,
        postgresql_where=sa.text("estado IN ('enviada', 'em_analise')"),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(f"msativo_{table}")
