"""The improvement agenda and the secret addresses of its calendars.

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("agenda_feed", "agenda_item")


def upgrade() -> None:
    _create_items()
    _create_feeds()
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER msativo_refuse BEFORE DELETE ON msativo_{table} "
            "FOR EACH ROW EXECUTE FUNCTION msativo_refuse()"
        )


def _text(name: str, nullable: bool = False, **options: object) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable, **options)


def _moment(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _create_items() -> None:
    op.create_table(
        "msativo_agenda_item",
        _text("id", primary_key=True),
        sa.Column("numero", sa.Integer, sa.Identity(), unique=True, nullable=False),
        _text("regra", nullable=True),
        *(_text(name) for name in ("objeto", "estado")),
        sa.Column("versao", sa.Integer, nullable=False),
        _text("impressao"),
        *(sa.Column(name, JSONB, nullable=False) for name in ("fatos", "base")),
        *(_text(name) for name in ("dono_tipo", "dono_id")),
        _text("autoria_id", nullable=True),
        sa.Column("prazo", sa.Date, nullable=False),
        *(sa.Column(name, sa.Float, nullable=False) for name in ("prioridade", "peso_classe", "gravidade")),
        sa.Column("dias_atraso", sa.Integer, nullable=False),
        *(_text(name) for name in ("titulo", "texto")),
        sa.Column("publica", sa.Boolean, nullable=False),
        _text("codigo_ibge", nullable=True),
        sa.Column("ciclo_id", sa.Text, sa.ForeignKey("msativo_ciclo.id")),
        *(_moment(name) for name in ("criada_em", "alterada_em")),
        _moment("encerrada_em", nullable=True),
        sa.Column("por_regra", sa.Boolean, nullable=False),
        sa.Column("metodo", JSONB, nullable=False),
    )
    op.create_index(
        "msativo_agenda_item_uma_aberta",
        "msativo_agenda_item",
        ["regra", "objeto"],
        unique=True,
        postgresql_where=sa.text("regra IS NOT NULL AND estado IN ('aberta', 'em_andamento')"),
    )
    op.create_index("msativo_agenda_item_lista", "msativo_agenda_item", ["estado", "prioridade"])
    op.create_index("msativo_agenda_item_regra", "msativo_agenda_item", ["regra", "objeto", "numero"])


def _create_feeds() -> None:
    op.create_table(
        "msativo_agenda_feed",
        _text("id", primary_key=True),
        _text("organizacao_id"),
        _text("token_hash", unique=True),
        _moment("criado_em"),
        _text("criado_por"),
        _moment("revogado_em", nullable=True),
    )
    op.create_index(
        "msativo_agenda_feed_um_endereco",
        "msativo_agenda_feed",
        ["organizacao_id"],
        unique=True,
        postgresql_where=sa.text("revogado_em IS NULL"),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(f"msativo_{table}")
