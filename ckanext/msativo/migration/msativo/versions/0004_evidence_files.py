"""Files of evidence: what is kept of each under the id of its storage.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLE = "msativo_evidencia_arquivo"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("evidencia_id", sa.Text, nullable=False, index=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("nome", "formato", "tipo")),
        sa.Column("tamanho", sa.Integer, nullable=False),
        sa.Column("hash", sa.Text, nullable=False, index=True),
        sa.Column("posicao", sa.Integer, nullable=False),
        sa.Column("criado_em", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
