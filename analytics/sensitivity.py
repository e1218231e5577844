"""Which assumption matters most: variance-based (Sobol) shares of what moves demand, gap and stances (METHOD 7)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import qmc, sobol_indices

from analytics.demand import demand
from analytics.indices import indicator_table, indices
from analytics.inputs import SECTORS, PlanInputs
from analytics.returns import expected_returns
from analytics.scenario import Scenario
from analytics.stance import stances

Floats = npt.NDArray[np.float64]
OUTCOMES = ("demand", "gap", "support_share")
AGGREGATORS = ("geometric", "arithmetic", "minimum")


@dataclass(frozen=True)
class Factor:
    """One assumption that is varied: its scenario field and the range in which it is drawn evenly.

    `choices` makes it a choice between equally likely options instead; `relative` reads the range as factors on the
    scenario's own value.
    """

    field: str
    low: float = 0.0
    high: float = 1.0
    relative: bool = False
    choices: tuple[str, ...] = ()

    def value(self, scenario: Scenario, drawn: float) -> Any:
        """The field's value for a draw between 0 and 1."""
        if self.choices:
            return self.choices[min(int(drawn * len(self.choices)), len(self.choices) - 1)]
        figure = self.low + drawn * (self.high - self.low)
        if self.field == "assumed_prevalence":
            return dict.fromkeys(SECTORS, figure)
        return figure * getattr(scenario, self.field) if self.relative else figure


FACTORS: tuple[Factor, ...] = (
    Factor("host_share", 0.0, 0.6),
    Factor("distinct_share", 0.7, 1.0),
    Factor("m_internal", 0.5, 1.5),
    Factor("assumed_need", 0.3, 0.7),
    Factor("assumed_prevalence", 0.3, 0.7),
    Factor("assumed_adequacy", 0.2, 0.6),
    Factor("assumed_supply", 0.1, 0.3),
    Factor("cut_returns", 0.9, 1.1, relative=True),
    Factor("cut_needs", 0.9, 1.1, relative=True),
    Factor("cut_capacity", 0.9, 1.1, relative=True),
    Factor("capacity_aggregator", choices=AGGREGATORS),
)
"""Assumptions with a range on either side of METHOD's default; cuts vary by 10 % (METHOD 7). The ranges are assumptions themselves."""


def variance_shares(model: Callable[[Floats], Floats], names: Sequence[str], outcomes: Sequence[str], n: int, seed: int = 0) -> pd.DataFrame:
    """First-order and total Sobol indices by Saltelli sampling: one row per (outcome, factor), columns first, total.

    `model` takes draws between 0 and 1, shape (factors, runs), and answers with shape (outcomes, runs); it is run
    n x (factors + 2) times. `n` is a power of 2. NaN where an outcome does not vary at all. Raises ValueError for another n.
    """
    sampled = _sampled(model, len(names), n, seed)
    with np.errstate(divide="ignore", invalid="ignore"):
        answer = sobol_indices(func=sampled, n=n, rng=np.random.default_rng(seed))
    still = np.ptp(np.concatenate([sampled["f_A"], sampled["f_B"]], axis=1), axis=1) == 0
    index = pd.MultiIndex.from_product([outcomes, names], names=["outcome", "factor"])
    shares = {"first": answer.first_order.reshape(len(outcomes), len(names)), "total": answer.total_order.reshape(len(outcomes), len(names))}
    return pd.DataFrame({name: np.where(still[:, None], np.nan, share).ravel() for name, share in shares.items()}, index=index)


def _sampled(model: Callable[[Floats], Floats], factors: int, n: int, seed: int) -> dict[str, Floats]:
    """The model's answers on Saltelli's samples A, B and AB, worked out once each."""
    if n < 2 or n & (n - 1):
        raise ValueError(f"n is {n}; a power of 2 is needed")
    draws = qmc.Sobol(d=2 * factors, rng=np.random.default_rng(seed)).random(n).T
    first, second = draws[:factors], draws[factors:]
    mixed = np.repeat(first[None], factors, axis=0)
    for factor in range(factors):
        mixed[factor, factor] = second[factor]
    answers = [np.atleast_2d(model(sample)) for sample in (first, second)]
    answers_mixed = np.stack([np.atleast_2d(model(sample)) for sample in mixed])
    return {"f_A": answers[0], "f_B": answers[1], "f_AB": answers_mixed}


def assumption_shares(inputs: PlanInputs, scenario: Scenario, n: int = 32, seed: int = 0, factors: Sequence[Factor] = FACTORS) -> pd.DataFrame:
    """How much of the spread in total demand, total gap and share of support stances each assumption explains.

    One row per (outcome, factor), columns first, total; n x (factors + 2) assessments are run, no optimiser. Areas with
    no expected return have no say in the share of support stances.
    """

    def model(sample: Floats) -> Floats:
        return np.array([_outcomes(inputs, _drawn(scenario, factors, draws)) for draws in sample.T]).T

    return variance_shares(model, [factor.field for factor in factors], OUTCOMES, n, seed)


def _drawn(scenario: Scenario, factors: Sequence[Factor], draws: Floats) -> Scenario:
    values = {factor.field: factor.value(scenario, float(draw)) for factor, draw in zip(factors, draws, strict=True)}
    return Scenario.model_validate(scenario.model_dump() | values)


def _outcomes(inputs: PlanInputs, scenario: Scenario) -> tuple[float, float, float]:
    """Total demand and gap in person-services, and the share of awaited areas acted on as support."""
    returns = expected_returns(inputs, scenario)
    table = indicator_table(inputs, scenario, returns)
    scored = indices(inputs, scenario, table)
    needs = demand(inputs, scenario, returns, table, scored)
    stance = stances(inputs, scenario, returns, scored)
    awaited = returns.areas["total"].fillna(0) > 0
    support = float((stance.loc[awaited, "stance"] == "support").mean()) if awaited.any() else 0.0
    return float(needs.demand.sum().sum()), float(needs.gap.sum().sum()), support
