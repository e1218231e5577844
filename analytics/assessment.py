"""All that is known before anything is bought (METHOD 1 to 5): quick, and free of the solver."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analytics.applicability import Candidate, candidates
from analytics.collecting import without_collecting
from analytics.demand import Demand, demand
from analytics.indices import IndicatorTable, Indices, indicator_table, indices
from analytics.inputs import PlanInputs
from analytics.ready import Stage, anew
from analytics.returns import ExpectedReturns, expected_returns
from analytics.scenario import Scenario
from analytics.stance import stances


@dataclass(frozen=True)
class Assessment:
    """All that is known before anything is bought: returns, scores, stances, needs, and what applies."""

    returns: ExpectedReturns
    table: IndicatorTable
    scored: Indices
    stance: pd.DataFrame
    needs: Demand
    found: list[Candidate]

    @property
    def supported(self) -> set[str]:
        """Areas whose stance, as acted on, is support."""
        return {str(p) for p in self.stance.index[self.stance["acted"] == "support"]}


@without_collecting()
def assess(inputs: PlanInputs, scenario: Scenario, stage: Stage = anew) -> Assessment:
    """METHOD 1 to 5: quick enough to answer every move of a slider. `stage` may answer a step with what it answered before (`ready.py`)."""
    returns = stage(expected_returns, inputs, scenario)
    table = stage(indicator_table, inputs, scenario, returns)
    scored = stage(indices, inputs, scenario, table)
    stance = stage(stances, inputs, scenario, returns, scored)
    needs = stage(demand, inputs, scenario, returns, table, scored)
    found = stage(candidates, inputs, scenario, returns, table, stance, needs)
    return Assessment(returns, table, scored, stance, needs, found)
