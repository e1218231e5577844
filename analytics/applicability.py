"""Which interventions apply, where and why (METHOD 5): scopes, required numbers, triggers, firing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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


def candidates(
    inputs: PlanInputs, scenario: Scenario, returns: ExpectedReturns, table: IndicatorTable, stance: pd.DataFrame, needs: Demand
) -> list[Candidate]:
    """Every intervention in every scope it can stand in, with what decides whether it applies (METHOD 5)."""
    world = _World(inputs, scenario, returns, table, stance, needs)
    return [candidate for code in inputs.catalogue.interventions.index for candidate in world.of(str(code))]


class _World:
    """What the candidates of one country share, worked out once."""

    def __init__(
        self, inputs: PlanInputs, scenario: Scenario, returns: ExpectedReturns, table: IndicatorTable, stance: pd.DataFrame, needs: Demand
    ):
        self.inputs, self.scenario, self.needs = inputs, scenario, needs
        self.expected = returns.areas["total"].fillna(0.0)
        self.acted = stance["acted"]
        self.shortfall = table.shortfall
        self.target = needs.target.fillna(0.0)
        self.national_target = float(self.target.sum())
        self.sectors_with_gap = [s for s in SECTORS if float(needs.gap[s].sum()) > 0]
        shares = returns.corridors["share"]
        self.corridors = [str(iso3) for iso3 in shares.index[shares > scenario.corridor_share]]
        self.country_open = bool((self.acted != "watch").any())
        self.axis = inputs.catalogue.indicators["axis"]

    def of(self, code: str) -> Iterator[Candidate]:
        row = self.inputs.catalogue.interventions.loc[code]
        if (
            row["driver"] in ("area", "persons", "facility")
            or (row["driver"] == "institution" and "local" in row["levels"])
            or row["driver"] == "returnees"
            and row["serves"]
        ):
            yield from self._in_areas(code, row)
        elif row["driver"] == "returnees":
            yield self._national(code, row, "country", self.inputs.country, _ceil(self.expected.sum() / row["per"]))
        elif row["driver"] == "corridor":
            for host in self.corridors:
                yield self._national(code, row, "corridor", host, 1)
        elif row["driver"] in ("sector", "institution"):
            own = [s for s in self.sectors_with_gap if s in row["sectors"]] if set(row["sectors"]) & set(SECTORS) else self.sectors_with_gap
            for sector in own:
                yield self._national(code, row, "sector", sector, 1)
        else:
            kind = "programme" if row["driver"] == "programme" else "country"
            yield self._national(code, row, kind, self.inputs.country, 1)
        if row["plus_country"]:
            yield self._national(code, row, "country", self.inputs.country, 1)

    def _in_areas(self, code: str, row: pd.Series) -> Iterator[Candidate]:
        decision = self._triggers(row, list(self.inputs.areas.index))
        allowed = self._allowed(row)
        for position, pcode in enumerate(self.inputs.areas.index):
            trigger, shortfall, assumed, missing = decision[position]
            upper = self._upper(row, pcode) if row["serves"] else None
            fires = bool(allowed[position] and shortfall is not None and shortfall > self.scenario.trigger_level)
            required = None if row["serves"] else 1
            yield Candidate(
                code,
                "area",
                pcode,
                required,
                upper,
                float(self.target[pcode]),
                trigger,
                shortfall,
                assumed,
                missing,
                bool(allowed[position]),
                fires,
            )

    def _national(self, code: str, row: pd.Series, kind: str, scope: str, required: int) -> Candidate:
        trigger, shortfall, assumed, missing = self._triggers(row, [self.inputs.country])[0]
        fires = bool(self.country_open and required > 0 and shortfall is not None and shortfall > self.scenario.trigger_level)
        return Candidate(
            code, kind, scope, required, None, self.national_target, trigger, shortfall, assumed, missing, self.country_open, fires
        )

    def _allowed(self, row: pd.Series) -> list[bool]:
        if "any" in row["stances"]:
            return [True] * len(self.acted)
        return [stance in row["stances"] for stance in self.acted]

    def _triggers(self, row: pd.Series, places: list[str]) -> list[tuple[str | None, float | None, bool, tuple[str, ...]]]:
        """Per place: deciding indicator, its shortfall, whether it is assumed, and the triggers without a value."""
        codes = [c for c in row["triggers"] if c in self.shortfall.columns]
        figures = self.shortfall.loc[places, codes].to_numpy(float)
        results: list[tuple[str | None, float | None, bool, tuple[str, ...]]] = []
        for values in figures:
            missing = tuple(c for c, v in zip(codes, values, strict=True) if np.isnan(v))
            if len(missing) < len(codes):
                best = int(np.nanargmax(values))
                results.append((codes[best], float(values[best]), False, missing))
            elif self.scenario.unassessed == "strict":
                results.append((None, None, True, missing))
            else:
                results.append((*self._assumption(codes), True, missing))
        return results

    def _assumption(self, codes: list[str]) -> tuple[str | None, float | None]:
        """The assumed shortfall of triggers nobody assessed; pressure is never assumed."""
        assumed = {"capacity": 1 - self.scenario.assumed_adequacy, "need": self.scenario.assumed_need}
        usable = [(assumed[self.axis[c]], c) for c in codes if self.axis[c] in assumed]
        if not usable:
            return None, None
        shortfall, code = max(usable, key=lambda pair: pair[0])
        return code, shortfall

    def _upper(self, row: pd.Series, pcode: str) -> int:
        """The most units of a service in an area: its driver's quantity over what one unit stands for."""
        largest_gap = max((float(self.needs.gap.at[pcode, s]) for s in row["serves"]), default=0.0)
        if row["driver"] == "persons":
            return _ceil(largest_gap / row["per"])
        if row["driver"] == "returnees":
            return _ceil(self.expected[pcode] / row["per"])
        facilities = self.inputs.areas.at[pcode, "facilities"]
        if np.isnan(facilities):
            facilities = self.target[pcode] / self.scenario.persons_per_facility
        return _ceil(facilities / row["per"])


def _ceil(quantity: float) -> int:
    return 0 if np.isnan(quantity) or quantity <= 0 else int(np.ceil(quantity - 1e-9))
