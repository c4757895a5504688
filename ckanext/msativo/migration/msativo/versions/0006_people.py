"""The State's named contacts, absences and cover, privacy notices read, handovers, and meetings.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("reuniao", "passagem", "ciencia", "ausencia", "contato_estado")


def upgrade() -> None:
    _create_people()
    _create_handovers()
    _create_meetings()


def _text(name: str, nullable: bool = False, **options: object) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable, **options)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _create_people() -> None:
    op.create_table(
        "msativo_contato_estado",
        _text("objeto_tipo", primary_key=True),
        _text("objeto_id", primary_key=True),
        _text("usuario_id", index=True),
        _moment("desde"),
    )
    op.create_table(
        "msativo_ausencia",
        _text("id", primary_key=True),
        _text("usuario_id", index=True),
        sa.Column("inicio", sa.Date, nullable=False),
        sa.Column("fim", sa.Date, nullable=False),
        _text("substituto_id", index=True),
        _text("motivo"),
        _moment("criado_em"),
        sa.CheckConstraint("inicio <= fim", name="msativo_ausencia_dias"),
    )
    op.create_table(
        "msativo_ciencia",
        _text("usuario_id", primary_key=True),
        _text("versao", primary_key=True),
        _moment("em"),
    )


def _create_handovers() -> None:
    """A log of handovers only grows."""
    op.create_table(
        "msativo_passagem",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        _text("codigo_ibge", index=True),
        _moment("em"),
        _text("autor"),
        _text("novo_usuario_id"),
        sa.Column("removidos", JSONB, nullable=False),
        _text("nota"),
    )
    op.execute(
        "CREATE TRIGGER msativo_refuse BEFORE UPDATE OR DELETE ON msativo_passagem "
        "FOR EACH ROW EXECUTE FUNCTION msativo_refuse()"
    )


def _create_meetings() -> None:
    """A meeting is cancelled, never deleted."""
    op.create_table(
        "msativo_reuniao",
        _text("id", primary_key=True),
        _text("titulo"),
        sa.Column("data", sa.Date, nullable=False, index=True),
        sa.Column("hora", sa.Time),
        _text("lugar"),
        sa.Column("ciclo", sa.Text, sa.ForeignKey("msativo_ciclo.id")),
        _text("codigo_ibge", nullable=True, index=True),
        _text("regiao", nullable=True),
        *(_text(name) for name in ("participantes", "pauta", "decisoes")),
        *(sa.Column(name, sa.Boolean, nullable=False) for name in ("publica", "cancelada")),
        _moment("criado_em"),
        _text("autor"),
        sa.Column("versao", sa.Integer, nullable=False),
    )
    op.execute(
        "CREATE TRIGGER msativo_refuse BEFORE DELETE ON msativo_reuniao FOR EACH ROW EXECUTE FUNCTION msativo_refuse()"
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(f"msativo_{table}")
