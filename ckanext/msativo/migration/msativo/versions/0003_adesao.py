"""Cycles, requests to join, their contacts, and the append-only history of states.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("contato", "transicao", "adesao", "protocolo_ano", "ciclo")


def upgrade() -> None:
    _create_cycles()
    _create_adesao()
    _create_history()
    _protect()


def _text(name: str, nullable: bool = False, **options: object) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable, **options)


def _moment(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _create_cycles() -> None:
    op.create_table(
        "msativo_ciclo",
        sa.Column("id", sa.Text, primary_key=True),
        _text("nome", unique=True),
        *(sa.Column(name, sa.Date, nullable=False) for name in ("inicio", "fim", "adesao_inicio", "adesao_fim")),
    )
    op.create_table(
        "msativo_protocolo_ano",
        sa.Column("ano", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("ultimo", sa.Integer, nullable=False),
    )


def _create_adesao() -> None:
    op.create_table(
        "msativo_adesao",
        sa.Column("id", sa.Text, primary_key=True),
        _text("codigo_ibge"),
        sa.Column("ciclo_id", sa.Text, sa.ForeignKey("msativo_ciclo.id"), nullable=False),
        _text("estado"),
        sa.Column("versao", sa.Integer, nullable=False),
        _text("protocolo", nullable=True, unique=True),
        _moment("criada_em"),
        _moment("enviada_em", nullable=True),
        sa.Column("prazo", sa.Date),
        _moment("respondida_em", nullable=True),
        _text("em_nome_de", nullable=True),
    )
    op.create_index(
        "msativo_adesao_uma_aberta",
        "msativo_adesao",
        ["codigo_ibge", "ciclo_id"],
        unique=True,
        postgresql_where=sa.text("estado NOT IN ('recusada', 'retirada', 'encerrada')"),
    )
    op.create_table(
        "msativo_contato",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("adesao_id", sa.Text, sa.ForeignKey("msativo_adesao.id"), nullable=False, index=True),
        _text("papel"),
        sa.Column("posicao", sa.Integer, nullable=False),
        _text("nome"),
        _text("cargo"),
        _text("email"),
        _text("telefone"),
    )


def _create_history() -> None:
    op.create_table(
        "msativo_transicao",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _text("objeto_tipo"),
        _text("objeto_id"),
        _text("acao"),
        _text("de", nullable=True),
        _text("para"),
        _text("papel"),
        _text("autor"),
        _text("em_nome_de", nullable=True),
        _moment("em"),
        _text("nota"),
        sa.Column("fatos", JSONB, nullable=False),
    )
    op.create_index("msativo_transicao_objeto", "msativo_transicao", ["objeto_tipo", "objeto_id", "id"])


def _protect() -> None:
    """A history only grows; an adesão is never deleted, and keeps its municipality and the protocol it was given."""
    rules = (
        ("transicao", "UPDATE OR DELETE", ""),
        ("adesao", "DELETE", ""),
        (
            "adesao",
            "UPDATE",
            "WHEN (NEW.id <> OLD.id OR NEW.codigo_ibge <> OLD.codigo_ibge"
            " OR (OLD.protocolo IS NOT NULL AND NEW.protocolo IS DISTINCT FROM OLD.protocolo))",
        ),
    )
    for table, event, condition in rules:
        name = "msativo_refuse" if event != "UPDATE" else "msativo_refuse_update"
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON msativo_{table} "
            f"FOR EACH ROW {condition} EXECUTE FUNCTION msativo_refuse()"
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(f"msativo_{table}")
