"""What pages show of the progress of plans: bar, lights, the State's own times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.msativo.logic.numbers import number, percent
from ckanext.msativo.views import luzes


@dataclass(frozen=True)
class Bar:
    """Shares in percent of the bar's width; ``planned`` None when nothing is counted."""

    validated: float
    declared: float
    planned: float | None


@dataclass(frozen=True)
class Progress:
    """A row or the total of ``msativo_monitoramento_show``, in words."""

    row: Mapping[str, Any]

    @property
    def bar(self) -> Bar:
        shares = [self.row[name] for name in ("validado", "declarado", "previsto")]
        validated, declared, planned = (None if share is None else round(100 * share, 1) for share in shares)
        # At the very end half of the tick would be cut off.
        return Bar(validated or 0.0, declared or 0.0, None if planned is None else min(planned, 99.4))

    @property
    def validado(self) -> str:
        return percent(self.row["validado"])

    @property
    def declarado(self) -> str:
        return percent(self.row["declarado"])

    @property
    def previsto(self) -> str:
        return percent(self.row["previsto"])

    @property
    def spi(self) -> str:
        return number(self.row["spi"], 2)

    @property
    def lights(self) -> Sequence[luzes.Part]:
        return luzes.parts(self.row["luzes"])

    @property
    def late(self) -> int:
        """Overdue, whoever is late with it."""
        return self.row["atrasadas"] + self.row["atrasadas_estado"]

    @property
    def answer(self) -> str:
        """The one thing that the reader came for."""
        total, done = self.row["entregas"], self.row["concluidas"]
        if not total:
            return tk._("No approved plan has a delivery here yet.")
        text = tk.ungettext(
            "{done} of {n} delivery is done; {late} overdue.",
            "{done} of {n} deliveries are done; {late} overdue.",
            total,
        )
        return text.format(done=done, n=total, late=self.late)

    @property
    def reviews(self) -> str:
        """The State's own times, as plainly as the prefeituras'."""
        of = self.row["analises"]
        if not of["feitas"] and not of["esperando"]:
            return tk._("No evidence was sent to the State yet.")
        said = []
        if of["feitas"]:
            text = tk.ungettext(
                "The State answered {n} evidence, {share} within 15 days; half of the answers took up to {days} days.",
                "The State answered {n} evidences, {share} within 15 days; half of the answers took up to {days} days.",
                of["feitas"],
            )
            share = percent(of["no_prazo"] / of["feitas"])
            said.append(text.format(n=of["feitas"], share=share, days=number(of["dias_mediana"], 0)))
        if of["esperando"]:
            text = tk.ungettext(
                "{n} waits for its answer, {late} past the due day.",
                "{n} wait for their answer, {late} past the due day.",
                of["esperando"],
            )
            said.append(text.format(n=of["esperando"], late=of["atrasadas"]))
        return " ".join(said)


def delivery(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of ``msativo_entrega_list`` as tables show it."""
    return {
        **row,
        "look": luzes.LOOKS[row["luz"]],
        "progress": Progress(row),
        "unidade": row["unidade"] or "",
    }


def day_of(text: str) -> date | None:
    """The day in an address; None when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
