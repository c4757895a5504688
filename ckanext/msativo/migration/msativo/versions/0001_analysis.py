"""Tables of the analysis: snapshots and their results.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "msativo_snapshot",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("conteudo_hash", sa.Text, nullable=False, index=True),
        sa.Column("numero", sa.Integer, sa.Identity(), unique=True, nullable=False),
        sa.Column("criado_em", sa.DateTime(timezone=True), nullable=False),
        sa.Column("autor", sa.Text, nullable=False),
    )
    op.create_table(
        "msativo_resultado",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("indicador", sa.Text, nullable=False, index=True),
        sa.Column("dados_hash", sa.Text, nullable=False),
        sa.Column("metodo_hash", sa.Text, nullable=False),
        sa.Column("metodo", JSONB, nullable=False),
        sa.Column("ano_padrao", sa.Integer),
        sa.Column("avisos", JSONB, nullable=False),
    )
    _create_per_year()
    op.create_table(
        "msativo_snapshot_resultado",
        sa.Column("snapshot_id", sa.Text, sa.ForeignKey("msativo_snapshot.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("indicador", sa.Text, primary_key=True),
        sa.Column("resultado_id", sa.Text, sa.ForeignKey("msativo_resultado.id"), nullable=False, index=True),
    )


def _result_column() -> sa.Column[str]:
    return sa.Column(
        "resultado_id", sa.Text, sa.ForeignKey("msativo_resultado.id", ondelete="CASCADE"), primary_key=True
    )


def _create_per_year() -> None:
    op.create_table(
        "msativo_resultado_ano",
        _result_column(),
        sa.Column("ano", sa.Integer, primary_key=True),
        sa.Column("observado", sa.Boolean, nullable=False),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("com_valor", "instalados", "usados", "criticos", "atencao", "adequados", "sem_dado")
        ),
        sa.Column("cobertura", sa.Float, nullable=False),
        *(sa.Column(name, sa.Float) for name in ("mediana", "limite", "limite_atencao")),
        sa.Column("sem_variacao", sa.Boolean, nullable=False),
    )
    op.create_table(
        "msativo_criticidade",
        _result_column(),
        sa.Column("ano", sa.Integer, primary_key=True),
        sa.Column("codigo_ibge", sa.Text, primary_key=True),
        sa.Column("valor", sa.Float),
        sa.Column("valor_suavizado", sa.Float),
        sa.Column("confianca", sa.Text),
        sa.Column("ano_valor", sa.Integer),
        sa.Column("nota", sa.Text),
        sa.Column("estado", sa.Text, nullable=False),
        sa.Column("posicao", sa.Integer),
        sa.Column("percentil", sa.Float),
        sa.Column("limite", sa.Float),
        sa.Column("limite_atencao", sa.Float),
        sa.Column("referencia_n", sa.Integer, nullable=False),
        sa.Column("motivo", sa.Text, nullable=False),
        sa.Column("faixa", sa.Text),
        sa.Column("critico_desde", sa.Integer),
    )
    op.create_index("msativo_criticidade_municipio", "msativo_criticidade", ["codigo_ibge", "resultado_id", "ano"])


def downgrade() -> None:
    for table in ("snapshot_resultado", "criticidade", "resultado_ano", "resultado", "snapshot"):
        op.drop_table(f"msativo_{table}")
