"""The loads of indicators and the values that they replaced.

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _text(name: str, nullable: bool = False, **options: object) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable, **options)


def upgrade() -> None:
    op.create_table(
        "msativo_carga",
        _text("id", primary_key=True),
        *(_text(name) for name in ("indicador", "hash_antes", "hash_depois", "arquivo_antes", "arquivo_nome")),
        *(_text(name) for name in ("arquivo_hash", "obtido_em")),
        sa.Column("em", sa.DateTime(timezone=True), nullable=False),
        _text("por"),
        sa.Column("feita", sa.Boolean, nullable=False),
    )
    op.create_index("msativo_carga_indicador", "msativo_carga", ["indicador", "em"])
    op.create_table(
        "msativo_revisao",
        sa.Column("carga_id", sa.Text, sa.ForeignKey("msativo_carga.id", ondelete="CASCADE"), primary_key=True),
        _text("codigo_ibge", primary_key=True),
        sa.Column("ano", sa.Integer, primary_key=True),
        *(
            sa.Column(name, sa.Float)
            for name in ("valor_antes", "valor_depois", "numerador_antes", "denominador_antes")
        ),
        _text("nota_antes", nullable=True),
        _text("nota_depois", nullable=True),
    )
    # What is written is history: values and their file stay as they were.
    op.execute(
        "CREATE TRIGGER msativo_refuse BEFORE UPDATE ON msativo_revisao FOR EACH ROW EXECUTE FUNCTION msativo_refuse()"
    )


def downgrade() -> None:
    op.drop_table("msativo_revisao")
    op.drop_table("msativo_carga")
