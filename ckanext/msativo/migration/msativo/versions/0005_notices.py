"""Notices to people (avisos), which are the outbox of their e-mails as well, and who wants which e-mails.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("msativo_aviso_preferencia", "msativo_aviso")


def upgrade() -> None:
    op.create_table(
        "msativo_aviso",
        sa.Column("id", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("usuario_id", "tipo", "chave")),
        sa.Column("fatos", JSONB, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("criado_em", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lido_em", sa.DateTime(timezone=True)),
        sa.Column("email_estado", sa.Text, nullable=False),
        sa.Column("tentativas", sa.Integer, nullable=False),
        sa.Column("proxima_em", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enviado_em", sa.DateTime(timezone=True)),
        sa.Column("erro", sa.Text),
        sa.UniqueConstraint("usuario_id", "chave", name="msativo_aviso_uma_vez"),
        sa.CheckConstraint(
            "email_estado IN ('pendente', 'enviado', 'desistido', 'nao')", name="msativo_aviso_email_estado"
        ),
    )
    op.create_index("msativo_aviso_lista", "msativo_aviso", ["usuario_id", "criado_em", "id"])
    op.create_index(
        "msativo_aviso_nao_lidos", "msativo_aviso", ["usuario_id"], postgresql_where=sa.text("lido_em IS NULL")
    )
    op.create_index(
        "msativo_aviso_pendentes",
        "msativo_aviso",
        ["proxima_em"],
        postgresql_where=sa.text("email_estado = 'pendente'"),
    )
    op.create_table(
        "msativo_aviso_preferencia",
        sa.Column("usuario_id", sa.Text, primary_key=True),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("atualizado_em", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("email IN ('imediato', 'resumo', 'nenhum')", name="msativo_aviso_preferencia_email"),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
