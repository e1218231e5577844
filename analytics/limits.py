"""What fixed the number of units of one intervention in one scope of a plan (METHOD 6, 8): one limit, the one that held first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.applicability import Candidate
from analytics.assessment import Assessment
from analytics.inputs import PlanInputs
from analytics.plan import Plan, PlanLine, SectorCell
from analytics.problem import Option, Problem, places, prices, problem, standing_units
from analytics.scenario import Scenario

PERSON = 0.5
"""Persons below which a figure has reached another."""
CENT = 0.01


@dataclass(frozen=True)
class Limit:
    """`name` says which limit (`explain.limit.<name>` is its sentence), `figures` fill the sentence."""

    name: str
    figures: dict[str, Any]


def limit_of(
    inputs: PlanInputs, scenario: Scenario, known: Assessment, plan: Plan, candidate: Candidate, line: PlanLine | None, task: Problem | None = None
) -> Limit:
    """The limit that fixed a number, with or without a line in the plan; `task` spares building the problem anew."""
    found = _Found(inputs, scenario, known, plan, candidate, line, task or problem(inputs, scenario, known.found, known.needs))
    return next(limit for limit in found.limits() if limit is not None)


class _Found:
    """One cell of a plan with what the limits share."""

    def __init__(
        self, inputs: PlanInputs, scenario: Scenario, known: Assessment, plan: Plan, candidate: Candidate, line: PlanLine | None, task: Problem
    ):
        self.inputs, self.scenario, self.known, self.plan = inputs, scenario, known, plan
        self.candidate, self.line, self.task = candidate, line, task
        key = (candidate.code, candidate.kind, candidate.scope)
        self.option: Option | None = next((o for o in task.options if (o.code, o.candidate.kind, o.candidate.scope) == key), None)
        self.price = prices(inputs, scenario)[candidate.code].mode
        self.standing = standing_units(inputs).get(key, 0)
        self.held = {one.intervention for one in plan.lines if candidate.kind != "area" or one.pcode in (None, candidate.scope)}

    def limits(self) -> Iterator[Limit | None]:
        """Every limit that may hold, the strongest first; the last always answers."""
        if self.plan.question == "by_hand":
            yield Limit("by_hand" if self.line is not None else "none_by_hand", {})
        if self.plan.question == "in_place":
            yield Limit("in_place", {})
        yield from self._with_line(self.line) if self.line is not None else self._without()
        yield self._cap()
        if self.plan.question == "target":
            yield Limit("target", {"target": self.scenario.target})
        yield self._money()

    # nothing in the plan

    def _without(self) -> Iterator[Limit | None]:
        candidate, enabling = self.candidate, self.candidate.required is not None
        if enabling and self.standing >= (candidate.required or 0) > 0:
            yield Limit("standing", {"standing": self.standing, "units": candidate.required})
        if candidate.people <= 0:
            yield Limit("unknown" if self._unknown() else "nobody", {})
        if not candidate.allowed:
            yield Limit("stance" if candidate.kind == "area" else "stance_country", {})
        if not candidate.fires:
            yield Limit("no_trigger", {})
        if not enabling and not candidate.upper:
            yield Limit("no_quantity", {})
        if candidate in self.task.unmeetable:
            yield Limit("unmeetable", {"needs": self._missing()})
        option = self.option
        if option is not None and option.service and not option.serves:
            yield Limit("lead_time", {"ready": option.start + option.lead, "months": self.scenario.horizon_months})
        if not enabling and not any(cell.gap for _, cell in self._cells()):
            yield Limit("no_quantity", {})

    def _unknown(self) -> bool:
        """Whether nobody can say how many return to the scope."""
        target = self.known.needs.target
        return bool(target.isna().all() if self.candidate.kind != "area" else np.isnan(target[self.candidate.scope]))

    def _missing(self) -> tuple[str, ...]:
        """Prerequisites that stand neither in the plan nor in place."""
        row = self.inputs.catalogue.interventions.loc[self.candidate.code]
        placed = {place.intervention for place in self.plan.in_place}
        return tuple(code for code in row["prerequisites"] if code not in self.held | placed)

    # units in the plan

    def _with_line(self, line: PlanLine) -> Iterator[Limit | None]:
        if self.candidate.required is not None:
            name = "required_less" if self.standing else "required"
            yield Limit(name, {"units": line.units, "standing": self.standing})
        if not self.candidate.fires:
            yield Limit("needed", {"needs": (line.reason.partition(":")[2],) if line.reason.startswith("prerequisite:") else ()})
        if self.candidate.upper is not None and line.units >= self.candidate.upper:
            yield Limit("quantity", {"units": line.units})
        open_cells = [(sector, cell) for sector, cell in self._cells() if (cell.gap or 0.0) - cell.planned_persons > PERSON]
        if not open_cells:
            yield Limit("gap", {})
        if self.plan.question == "target" and all((cell.coverage_planned or 0.0) >= self.scenario.target - 1e-6 for _, cell in self._cells() if cell.gap):
            yield Limit("target", {"target": self.scenario.target})
        if all(self._at_mix_cap(line, sector, cell) for sector, cell in open_cells):
            yield Limit("mix", {"mix": self.scenario.mix_cap})
        if self.plan.question == "budget":
            yield self._floor(line)
            yield self._balance()

    def _cells(self) -> list[tuple[str, SectorCell]]:
        """The cells of the area that the intervention can serve."""
        serves = self.inputs.catalogue.interventions.at[self.candidate.code, "serves"]
        area = next((a for a in self.plan.areas if a.pcode == self.candidate.scope), None)
        return [(sector, area.sectors[sector]) for sector in serves] if area is not None and self.candidate.kind == "area" else []

    def _at_mix_cap(self, line: PlanLine, sector: str, cell: SectorCell) -> bool:
        others = [one for one in self.plan.lines if one.pcode == line.pcode and one is not line and one.persons.get(sector)]
        return bool(others) and line.persons.get(sector, 0.0) >= self.scenario.mix_cap * cell.planned_persons - PERSON

    def _one_unit(self, sector: str) -> float:
        return self.option.serves.get(sector, 0.0) if self.option is not None else 0.0

    def _balance(self) -> Limit | None:
        """The balance, where one unit fewer would leave a cell below its part."""
        totals = self.plan.totals
        share = (totals.balance_kept or 0.0) * (totals.balanced_share or 0.0)
        for sector, cell in self._cells():
            wanted = share * (cell.gap or 0.0)
            if wanted > 0 and cell.planned_persons - self._one_unit(sector) < wanted - PERSON <= cell.planned_persons:
                return Limit("balance", {"share": share})
        return None

    def _floor(self, line: PlanLine) -> Limit | None:
        """A coverage floor, where one unit fewer would leave it unreached."""
        reached = {floor.place: floor for floor in self.plan.floors}
        for place, wanted in self.scenario.floors.items():
            inside = set(places(self.inputs, (place,)))
            if line.pcode not in inside or place not in reached:
                continue
            cells = [cell for area in self.plan.areas if area.pcode in inside for cell in area.sectors.values() if cell.demand]
            demand = sum(cell.demand or 0.0 for cell in cells)
            covered = sum((cell.demand or 0.0) * (cell.coverage_planned or 0.0) for cell in cells)
            if covered - sum(map(self._one_unit, line.persons)) < wanted * demand:
                name = "floor_missed" if reached[place].missing_persons > PERSON else "floor"
                return Limit(name, {"wanted": wanted, "place": place, "reached": reached[place].reached})
        return None

    # what holds with or without a line

    def _cap(self) -> Limit | None:
        most = self.scenario.caps.get(self.candidate.code)
        bought = sum(one.units for one in self.plan.lines if one.intervention == self.candidate.code)
        wanted = self.candidate.required or 1 if self.line is None else 1
        return Limit("cap", {"limit": most}) if most is not None and bought + wanted > most else None

    def _money(self) -> Limit:
        """The budget, the donors, or that the money does more elsewhere."""
        totals = self.plan.totals
        left = max(0.0, (totals.budget or 0.0) - totals.cost)
        price = self.price * (max(1, (self.candidate.required or 0) - self.standing) if self.candidate.required is not None else 1)
        missing = self._missing() if self.line is None else ()
        if self.task.purses:
            ever, now = self._payable()
            if ever < price - CENT or now < price - CENT <= left:
                return Limit("earmark", {"left": left, "price": price})
        if missing:
            return Limit("prerequisite", {"needs": missing, "left": left})
        if left < price:
            return Limit("budget", {"left": left, "price": price})
        # what would fit and count is worth less than the search proves, or it would be in the plan
        counted = self.scenario.beta > 0 if self.candidate.required is not None else any(self._counts(sector) for sector, _ in self._cells())
        figures = {"left": left, "price": price}
        return Limit("precision", figures | {"gap": totals.proven_gap}) if counted and totals.proven_gap else Limit("value", figures)

    def _counts(self, sector: str) -> bool:
        """Whether persons served of a sector here are worth anything to the plan."""
        return self.scenario.sector_weights[sector] * self.scenario.area_weights.get(self.candidate.scope, 1.0) > 0  # type: ignore[index]

    def _payable(self) -> tuple[float, float]:
        """Money of those who may pay for this, all of it and what is left."""
        position = self.task.options.index(self.option) if self.option is not None else None
        paid: dict[str | None, float] = {}
        for part in self.plan.funding:
            paid[part.donor] = paid.get(part.donor, 0.0) + part.amount
        earmarked = sum(purse.amount for purse in self.task.purses)
        free = max(0.0, (self.plan.totals.budget or 0.0) - earmarked)
        given: dict[str | None, float] = {}
        for purse in self.task.purses:
            if position in purse.options:
                given[purse.donor] = given.get(purse.donor, 0.0) + purse.amount
        left = sum(max(0.0, amount - paid.get(donor, 0.0)) for donor, amount in given.items())
        return free + sum(given.values()), max(0.0, free - paid.get(None, 0.0)) + left
