"""The stance of each area: the handbook's rule, clause by clause (METHOD 3)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.indices import Indices, aggregate_capacity
from analytics.inputs import PlanInputs
from analytics.returns import ExpectedReturns
from analytics.scenario import Scenario

CLAUSES = ("a", "b", "c", "d")


def stances(inputs: PlanInputs, scenario: Scenario, returns: ExpectedReturns, scored: Indices) -> pd.DataFrame:
    """Stance by area (index pcode).

    Columns: a, b, c, d (clauses that fired), computed (the rule's stance), stance (with the planner's override),
    acted (support | inclusion | watch | undetermined: `mixed` decided), reason (override | no_returns | rule |
    missing), provisional, if_adequate (the stance at the scenario's `shown_adequacy`), close_call.
    """
    total = returns.areas["total"]
    frame = _clauses(scenario, scored, scored.capacity_parts)
    frame["computed"] = _decide(frame, total, scored.scores["rate_expected"])
    adequate = scored.capacity_parts.where(~scored.capacity_assumed, scored.capacity_ceiling.clip(upper=scenario.shown_adequacy))
    frame["if_adequate"] = _decide(_clauses(scenario, scored, adequate), total, scored.scores["rate_expected"])
    frame["provisional"] = scored.capacity_assumed.any(axis=1)
    frame["close_call"] = _close(scenario, scored, frame[list(CLAUSES)], total)
    frame["stance"] = frame["computed"]
    frame["reason"] = np.select(
        [frame["computed"] == "undetermined", (frame["computed"] == "watch") & (total.fillna(0) <= 0)], ["missing", "no_returns"], "rule"
    )
    for pcode, override in scenario.stance_overrides.items():
        if pcode in frame.index:
            frame.loc[pcode, ["stance", "reason"]] = [override.stance, "override"]
            frame.loc[pcode, "provisional"] = False
    acted = frame["stance"].astype(object)
    mixed = acted == "mixed"
    decided = {p: scenario.mixed_by_area.get(p, "support") for p in frame.index} if scenario.mixed == "by_area" else dict.fromkeys(frame.index, scenario.mixed)
    frame["acted"] = acted.where(~mixed, pd.Series(decided))
    return frame


def _clauses(scenario: Scenario, scored: Indices, adequacy: pd.DataFrame) -> pd.DataFrame:
    """The four clauses; `a` is False where the rate is missing and `unknown` says so."""
    rate = scored.scores["rate_expected"]
    services = adequacy["services"]
    frame = pd.DataFrame(index=scored.scores.index)
    frame["a"] = rate < scenario.cut_returns
    frame["b"] = scored.scores["need"] < scenario.cut_needs
    frame["c"] = (
        (services >= scenario.cut_services)
        & (scored.services_assessed >= scenario.services_assessed_min)
        & (adequacy["coordination"] >= scenario.cut_coordination)
    )
    frame["d"] = 100 * aggregate_capacity(adequacy.to_numpy(), scenario) < scenario.cut_capacity
    return frame


def _decide(clauses: pd.DataFrame, total: pd.Series, rate: pd.Series) -> pd.Series:
    """inclusion, support, mixed, watch or undetermined; no expected return is always `watch`."""
    inclusion = clauses["a"] | clauses["b"] | clauses["c"]
    capacity_lacks = clauses["d"]
    # without a rate, clause a alone would decide unless b or c already hold
    unknown = (rate.isna() & ~inclusion) | total.isna()
    return pd.Series(
        np.select(
            [total == 0, unknown, inclusion & ~capacity_lacks, capacity_lacks & ~inclusion, inclusion & capacity_lacks],
            ["watch", "undetermined", "inclusion", "support", "mixed"],
            "watch",
        ),
        index=clauses.index,
        dtype=object,
    )


def _close(scenario: Scenario, scored: Indices, clauses: pd.DataFrame, total: pd.Series) -> pd.Series:
    """Areas within `close_call` (relative) of a cut where falling on its other side would change the stance."""
    scores, parts = scored.scores, scored.capacity_parts

    def near(figures: pd.Series, cut: float) -> pd.Series:
        return (figures - cut).abs() <= scenario.close_call * cut

    services = near(parts["services"], scenario.cut_services) & (parts["coordination"] >= scenario.cut_coordination)
    coordination = near(parts["coordination"], scenario.cut_coordination) & (parts["services"] >= scenario.cut_services)
    by_clause = {
        "a": near(scores["rate_expected"], scenario.cut_returns),
        "b": near(scores["need"], scenario.cut_needs),
        "c": (services | coordination) & (scored.services_assessed >= scenario.services_assessed_min),
        "d": near(scores["capacity"], scenario.cut_capacity),
    }
    decided = _decide(clauses, total, scores["rate_expected"])
    close = pd.Series(False, index=clauses.index)
    for clause, nearby in by_clause.items():
        close |= nearby & (_decide(clauses.assign(**{clause: ~clauses[clause]}), total, scores["rate_expected"]) != decided)
    return close
