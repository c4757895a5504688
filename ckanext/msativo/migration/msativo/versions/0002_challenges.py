"""Results of challenges, decisions, contests; results numbered, with what they were made of, and never changed.

What an analysis computed is made again by the next run, so the tables of the first form are dropped with what is in
them.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FIRST_FORM = ("snapshot_resultado", "criticidade", "resultado_ano", "resultado", "snapshot")
TABLES = (
    "contestacao_arquivo",
    "contestacao",
    "decisao",
    "snapshot_desafio",
    "foco",
    "desafio_resultado",
    *FIRST_FORM,
    "dados",
)
APPEND_ONLY = ("dados", "resultado", "resultado_ano", "criticidade", "snapshot_resultado", "desafio_resultado", "foco")
APPEND_ONLY += ("snapshot_desafio", "decisao", "contestacao_arquivo")


def upgrade() -> None:
    for table in FIRST_FORM:
        op.drop_table(f"msativo_{table}")
    _create_snapshot()
    _create_resultado()
    _create_per_year()
    _create_desafio()
    _create_decisions()
    _protect()


def _text(name: str, nullable: bool = False, **options: object) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable, **options)


def _moment(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _optional(kind: object, *names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, kind) for name in names]


def _identity(name: str = "id", **options: object) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.Identity(), **options)


def _create_snapshot() -> None:
    op.create_table(
        "msativo_dados",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("conteudo", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "msativo_snapshot",
        sa.Column("id", sa.Text, primary_key=True),
        _text("conteudo_hash", index=True),
        _identity("numero", unique=True, nullable=False),
        _moment("criado_em"),
        _text("autor"),
        sa.Column("semente", sa.Integer, nullable=False),
        sa.Column("unidades_hash", sa.Text, sa.ForeignKey("msativo_dados.hash"), nullable=False),
        sa.Column("versoes", JSONB, nullable=False),
        _text("ciclo", nullable=True),
        _moment("congelado_em", nullable=True),
        _text("congelado_por", nullable=True),
        sa.Column("corrige", sa.Text, sa.ForeignKey("msativo_snapshot.id")),
        _text("errata", nullable=True),
    )


def _create_resultado() -> None:
    op.create_table(
        "msativo_resultado",
        _identity(primary_key=True),
        _text("chave", unique=True),
        _text("indicador", index=True),
        sa.Column("dados_hash", sa.Text, sa.ForeignKey("msativo_dados.hash"), nullable=False),
        _text("metodo_hash"),
        sa.Column("metodo", JSONB, nullable=False),
        sa.Column("grupos", JSONB),
        sa.Column("ano_padrao", sa.Integer),
        sa.Column("suficiente", sa.Boolean, nullable=False),
        sa.Column("avisos", JSONB, nullable=False),
    )
    op.create_table(
        "msativo_snapshot_resultado",
        sa.Column("snapshot_id", sa.Text, sa.ForeignKey("msativo_snapshot.id"), primary_key=True),
        sa.Column("indicador", sa.Text, primary_key=True),
        sa.Column("resultado_id", sa.Integer, sa.ForeignKey("msativo_resultado.id"), nullable=False, index=True),
    )


def _result_column() -> sa.Column[int]:
    # No foreign key: see the model.
    return sa.Column("resultado_id", sa.Integer, primary_key=True, autoincrement=False)


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
        *_optional(sa.Float, "mediana", "limite", "limite_atencao"),
        sa.Column("sem_variacao", sa.Boolean, nullable=False),
    )
    op.create_table(
        "msativo_criticidade",
        _result_column(),
        sa.Column("ano", sa.Integer, primary_key=True),
        sa.Column("codigo_ibge", sa.Text, primary_key=True),
        *_optional(sa.Float, "valor", "valor_suavizado", "eventos", "populacao"),
        *_optional(sa.Text, "confianca"),
        *_optional(sa.Integer, "ano_valor"),
        *_optional(sa.Text, "nota"),
        _text("estado"),
        *_optional(sa.Integer, "posicao"),
        *_optional(sa.Float, "percentil", "limite", "limite_atencao"),
        sa.Column("referencia_n", sa.Integer, nullable=False),
        sa.Column("recuo", sa.Boolean, nullable=False),
        _text("motivo"),
        sa.Column("motivos", JSONB),
        *_optional(sa.Text, "faixa"),
        *_optional(sa.Integer, "critico_desde"),
        *_optional(sa.Float, "tendencia_inclinacao", "tendencia_inferior", "tendencia_superior"),
        *_optional(sa.Integer, "tendencia_pontos"),
    )


def _create_desafio() -> None:
    op.create_table(
        "msativo_desafio_resultado",
        _identity(primary_key=True),
        _text("chave", unique=True),
        _text("desafio", index=True),
        _text("ciclo"),
        sa.Column("metodo", JSONB, nullable=False),
        sa.Column("limites", JSONB),
        sa.Column("fatos", JSONB, nullable=False),
    )
    op.create_table(
        "msativo_foco",
        _result_column(),
        sa.Column("codigo_ibge", sa.Text, primary_key=True),
        *_optional(sa.Float, "pontuacao", "necessidade"),
        *_optional(sa.Integer, "posicao"),
        *_optional(sa.Float, "percentil", "posicao_mediana"),
        *_optional(sa.Integer, "posicao_p05", "posicao_p95"),
        *_optional(sa.Float, "prob_pior_k"),
        sa.Column("peso_disponivel", sa.Float, nullable=False),
        *_optional(sa.Text, "cor"),
        _text("classe"),
        sa.Column("motivos", JSONB, nullable=False),
        sa.Column("notas", JSONB, nullable=False),
        *_optional(sa.Float, "moran_i", "moran_vizinhos", "moran_p", "moran_p_ajustado"),
        *_optional(sa.Text, "agrupamento"),
        sa.Column("agrupamento_significativo", sa.Boolean, nullable=False),
    )
    op.create_index("msativo_foco_municipio", "msativo_foco", ["codigo_ibge", "resultado_id"])
    op.create_table(
        "msativo_snapshot_desafio",
        sa.Column("snapshot_id", sa.Text, sa.ForeignKey("msativo_snapshot.id"), primary_key=True),
        sa.Column("desafio", sa.Text, primary_key=True),
        sa.Column(
            "resultado_id", sa.Integer, sa.ForeignKey("msativo_desafio_resultado.id"), nullable=False, index=True
        ),
    )


def _create_decisions() -> None:
    op.create_table(
        "msativo_decisao",
        _identity(primary_key=True),
        _text("desafio"),
        _text("ciclo"),
        _text("codigo_ibge"),
        _text("classe", nullable=True),
        _text("classe_calculada", nullable=True),
        _text("motivo"),
        _text("autor"),
        _moment("criado_em"),
    )
    op.create_index("msativo_decisao_objeto", "msativo_decisao", ["desafio", "codigo_ibge", "ciclo"])
    op.create_table(
        "msativo_contestacao",
        sa.Column("id", sa.Text, primary_key=True),
        _identity("numero", unique=True, nullable=False),
        _text("codigo_ibge", index=True),
        _text("objeto"),
        _text("tipo"),
        sa.Column("ano", sa.Integer),
        sa.Column("snapshot_id", sa.Text, sa.ForeignKey("msativo_snapshot.id"), nullable=False),
        _text("contestado", nullable=True),
        _text("texto"),
        _text("autor"),
        _moment("criado_em"),
        *_optional(sa.Text, "decisao", "resposta", "respondido_por"),
        _moment("respondido_em", nullable=True),
    )
    op.create_table(
        "msativo_contestacao_arquivo",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column(
            "contestacao_id",
            sa.Text,
            sa.ForeignKey("msativo_contestacao.id"),
            nullable=False,
            index=True,
        ),
        _text("nome"),
        _text("formato"),
        sa.Column("tamanho", sa.Integer, nullable=False),
        _text("hash"),
        sa.Column("conteudo", sa.LargeBinary, nullable=False),
    )


def _protect() -> None:
    """Let the database itself refuse what no code of ours does: changing a result, a frozen snapshot, a decision."""
    op.execute(
        """
        CREATE OR REPLACE FUNCTION msativo_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'msativo: a row of % is never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END $$
        """
    )
    conditions = dict.fromkeys(APPEND_ONLY, "")
    conditions["snapshot"] = "WHEN (OLD.congelado_em IS NOT NULL)"
    conditions["contestacao"] = "WHEN (OLD.decisao IS NOT NULL)"
    for table, condition in conditions.items():
        op.execute(
            f"CREATE TRIGGER msativo_refuse BEFORE UPDATE OR DELETE ON msativo_{table} "
            f"FOR EACH ROW {condition} EXECUTE FUNCTION msativo_refuse()"
        )


def downgrade() -> None:
    raise NotImplementedError("The first form of the tables cannot hold what these do; make a new database.")
