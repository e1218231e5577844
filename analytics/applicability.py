"""Which interventions apply, where and why (METHOD 5): scopes, required numbers, triggers, firing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.demand import Demand
from analytics.indices import IndicatorTable
from analytics.inputs import SECTORS, PlanInputs
from analytics.returns import ExpectedReturns
from analytics.scenario import Scenario


@dataclass(frozen=True)
class Candidate:
    """One intervention in one scope.

    `required`: units an enabling one needs (None for a service), before what is in place. `upper`: most units of a
    service (None for enabling). `people`: persons in the scope. `trigger`: indicator that decided, with its
    `shortfall`; `assumed`: no trigger is assessed; `missing`: triggers without a value. `allowed`: by stance.
    """

    code: str
    kind: str
    scope: str
    required: int | None
    upper: int | None
    people: float
    trigger: str | None
    shortfall: float | None
    assumed: bool
    missing: tuple[str, ...]
    allowed: bool
    fires: bool


def scope_key(code: str, kind: str, scope: str) -> str:
    """How a scenario names an intervention in a scope: `A16@area:CD61`."""
    return f"{code}@{kind}:{scope}"


def candidates(inputs: PlanInputs, scenario: Scenario, returns: ExpectedReturns, table: IndicatorTable, stance: pd.DataFrame, needs: Demand) -> list[Candidate]:
    """Every intervention in every scope it can stand in, with what decides whether it applies (METHOD 5)."""
    world = _World(inputs, scenario, returns, table, stance, needs)
    rows = inputs.catalogue.interventions.to_dict("index")
    return [candidate for code, row in rows.items() for candidate in world.of(str(code), row)]


class _World:
    """What the candidates of one country share, as plain arrays: this runs on every move of a slider."""

    def __init__(self, inputs: PlanInputs, scenario: Scenario, returns: ExpectedReturns, table: IndicatorTable, stance: pd.DataFrame, needs: Demand):
        self.inputs, self.scenario = inputs, scenario
        self.areas = [str(pcode) for pcode in inputs.areas.index]
        self.expected = np.nan_to_num(returns.areas["total"].to_numpy(float))
        self.target = np.nan_to_num(needs.target.to_numpy(float))
        self.facilities = inputs.areas["facilities"].to_numpy(float)
        self.gap = {str(sector): needs.gap[sector].to_numpy(float) for sector in needs.gap.columns}
        self.acted = [str(acted) for acted in stance["acted"]]
        self.country_open = any(acted != "watch" for acted in self.acted)
        self.national_target = float(self.target.sum())
        self.sectors_with_gap = [s for s in SECTORS if float(np.nansum(self.gap[s])) > 0]
        shares = returns.corridors["share"]
        self.corridors = [str(iso3) for iso3 in shares.index[shares > scenario.corridor_share]]
        self.shortfall = table.shortfall.to_numpy(float)  # areas, then the country as the last row
        self.column = {str(code): position for position, code in enumerate(table.shortfall.columns)}
        self.axis = {str(code): str(axis) for code, axis in inputs.catalogue.indicators["axis"].items()}

    def of(self, code: str, row: dict[str, Any]) -> Iterator[Candidate]:
        """The candidates of one intervention: which scopes follows from its driver (METHOD 6, Number)."""
        driver, service = row["driver"], bool(row["serves"])
        if driver in ("area", "persons", "facility") or (driver == "institution" and "local" in row["levels"]) or (driver == "returnees" and service):
            yield from self._in_areas(code, row)
        elif driver == "returnees":
            yield self._national(code, row, "country", self.inputs.country, _ceil(float(self.expected.sum()) / row["per"]))
        elif driver == "corridor":
            for host in self.corridors:
                yield self._national(code, row, "corridor", host, 1)
        elif driver in ("sector", "institution"):
            own = set(row["sectors"]) & set(SECTORS)
            for sector in self.sectors_with_gap:
                if not own or sector in own:
                    yield self._national(code, row, "sector", sector, 1)
        else:
            yield self._national(code, row, "programme" if driver == "programme" else "country", self.inputs.country, 1)
        if row["plus_country"]:
            yield self._national(code, row, "country", self.inputs.country, 1)

    def _in_areas(self, code: str, row: dict[str, Any]) -> Iterator[Candidate]:
        open_to = set(row["stances"])
        required = None if row["serves"] else 1
        codes = [c for c in row["triggers"] if c in self.column]
        figures = self.shortfall[:-1, [self.column[c] for c in codes]].tolist()
        for position, pcode in enumerate(self.areas):
            trigger, shortfall, assumed, missing = self._decide(codes, figures[position])
            allowed = self.country_open if "any" in open_to else self.acted[position] in open_to
            fires = allowed and shortfall is not None and shortfall > self.scenario.trigger_level
            upper = self._upper(row, position) if row["serves"] else None
            yield Candidate(code, "area", pcode, required, upper, float(self.target[position]), trigger, shortfall, assumed, missing, allowed, fires)

    def _national(self, code: str, row: dict[str, Any], kind: str, scope: str, required: int) -> Candidate:
        codes = [c for c in row["triggers"] if c in self.column]
        trigger, shortfall, assumed, missing = self._decide(codes, self.shortfall[-1, [self.column[c] for c in codes]].tolist())
        fires = self.country_open and required > 0 and shortfall is not None and shortfall > self.scenario.trigger_level
        return Candidate(code, kind, scope, required, None, self.national_target, trigger, shortfall, assumed, missing, self.country_open, fires)

    def _decide(self, codes: list[str], figures: list[float]) -> tuple[str | None, float | None, bool, tuple[str, ...]]:
        """Deciding indicator, its shortfall, whether it is assumed, and the triggers without a value."""
        missing = tuple(c for c, figure in zip(codes, figures, strict=True) if figure != figure)
        if len(missing) < len(codes):
            known = [k for k, figure in enumerate(figures) if figure == figure]
            best = max(known, key=figures.__getitem__)  # the first of equals
            return codes[best], figures[best], False, missing
        if self.scenario.unassessed == "strict":
            return None, None, True, missing
        return *self._assumption(codes), True, missing

    def _assumption(self, codes: list[str]) -> tuple[str | None, float | None]:
        """The assumed shortfall of triggers nobody assessed; pressure is never assumed."""
        assumed = {"capacity": 1 - self.scenario.assumed_adequacy, "need": self.scenario.assumed_need}
        usable = [(assumed[self.axis[c]], c) for c in codes if self.axis[c] in assumed]
        if not usable:
            return None, None
        shortfall, code = max(usable, key=lambda pair: pair[0])
        return code, shortfall

    def _upper(self, row: dict[str, Any], position: int) -> int:
        """The most units of a service in an area: its driver's quantity over what one unit stands for."""
        if row["driver"] == "persons":
            return _ceil(max((float(self.gap[s][position]) for s in row["serves"]), default=0.0) / row["per"])
        if row["driver"] == "returnees":
            return _ceil(float(self.expected[position]) / row["per"])
        facilities = self.facilities[position]
        if np.isnan(facilities):
            facilities = self.target[position] / self.scenario.persons_per_facility
        return _ceil(float(facilities) / row["per"])


def _ceil(quantity: float) -> int:
    return 0 if np.isnan(quantity) or quantity <= 0 else int(np.ceil(quantity - 1e-9))
