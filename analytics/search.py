"""Finding a plan and proving how good it is: relax, round near the relaxed plan, and only then branch and bound (METHOD 6)."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from analytics.model import INFINITY, Floats, Model
from analytics.scenario import Scenario


@dataclass(frozen=True)
class Answer:
    """Column values with their objective and a proven bound."""

    values: Floats
    objective: float
    bound: float


def search(model: Model, objective: Floats, scenario: Scenario, *, maximise: bool, start: Floats | None = None, seconds: float | None = None) -> Answer | None:
    """The best plan found, with a proven bound; None where no plan fits the rows.

    The linear relaxation is close here, so most answers come from it: round by a small integer model around its
    solution (kept at or above `start`, a plan that fits) and stop when the relaxation itself proves the gap. Only what
    stays open goes to full branch and bound, which starts from that plan.
    """
    limit = seconds or scenario.seconds_allowed
    if not model.lower:  # nothing applies anywhere: the solver calls an empty model neither optimal nor infeasible
        return Answer(np.zeros(0), 0.0, 0.0)
    relaxed = relaxed_columns(model, objective, maximise)
    if relaxed is None:
        return None
    bound = float(objective @ relaxed)
    known = [start] if start is not None else []
    for plan in (start, None) if start is not None else (None,):
        above = relaxed_columns(model, objective, maximise, plan) if plan is not None else relaxed
        found = round_near(model, objective, above, scenario, maximise, plan) if above is not None else None
        if found is None:
            continue
        known.append(found)
        if relative_gap(float(objective @ found), bound) <= scenario.gap_tolerance:
            return _served_to_the_full(model, objective, found, maximise, bound)
    best = max(known, key=lambda values: (1 if maximise else -1) * float(objective @ values), default=None)
    solver = model.highs(objective, maximise=maximise, relaxed=False, seconds=limit, gap=scenario.gap_tolerance / 2)
    if best is not None:
        solver.setSolution(len(best), np.arange(len(best), dtype=np.int32), best)
    solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None if best is None else _served_to_the_full(model, objective, best, maximise, bound)
    tighter = min if maximise else max
    values = np.array(solver.getSolution().col_value)
    return _served_to_the_full(model, objective, values, maximise, tighter(bound, float(info.mip_dual_bound)))


def _served_to_the_full(model: Model, objective: Floats, values: Floats, maximise: bool, bound: float) -> Answer:
    """The same units, serving all they can: the search stops at its gap and may leave persons unserved.

    The objective is that of the plan itself: with a start the solver can name a better one than that of the plan it hands back.
    """
    integer = np.array(model.integer)
    lower, upper = np.array(model.lower), np.array(model.upper)
    lower[integer] = upper[integer] = np.round(values[integer])
    solver = model.highs(objective, maximise=maximise, relaxed=True, seconds=INFINITY, gap=0, bounds=(lower, upper))
    solver.run()
    if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
        full = np.array(solver.getSolution().col_value)
        if (objective @ full - objective @ values) * (1 if maximise else -1) >= 0:
            return Answer(full, float(objective @ full), bound)
    return Answer(values, float(objective @ values), bound)


def relaxed_columns(model: Model, objective: Floats, maximise: bool, least: Floats | None = None) -> Floats | None:
    """Columns of the linear relaxation, whole-number columns at or above `least`; None where it has no solution.

    Without a clock: a relaxation ends soon, and a busy machine must not be told from a plan that does not exist.
    """
    bounds = (_raised(model, least), np.array(model.upper)) if least is not None else None
    solver = model.highs(objective, maximise=maximise, relaxed=True, seconds=INFINITY, gap=0, bounds=bounds)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.array(solver.getSolution().col_value)


def _raised(model: Model, least: Floats | None) -> Floats:
    """Lower bounds of the columns, the whole-number ones raised to a plan's units."""
    lower, integer = np.array(model.lower), np.array(model.integer)
    if least is not None:
        lower[integer] = np.maximum(lower[integer], np.round(least[integer]))
    return lower


def round_near(model: Model, objective: Floats, relaxed: Floats, scenario: Scenario, maximise: bool, least: Floats | None = None) -> Floats | None:
    """The best whole-number plan that rounds each unit of the relaxed one down or up; None where none fits."""
    solver = model.highs(
        objective,
        maximise=maximise,
        relaxed=False,
        seconds=scenario.seconds_allowed / 4,
        gap=scenario.gap_tolerance / 2,
        bounds=around(model, relaxed, least),
    )
    solver.run()
    if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    return np.array(solver.getSolution().col_value)


def around(model: Model, relaxed: Floats, least: Floats | None = None, held: tuple[Floats, Floats] | None = None) -> tuple[Floats, Floats]:
    """Bounds of the columns that leave each unit of a relaxed plan to be rounded down or up, at or above `least`; `held`: other bounds than the model's."""
    integer = np.array(model.integer)
    lower, upper = (np.array(bounds) for bounds in held or (_raised(model, least), model.upper))
    lower[integer] = np.maximum(lower[integer], np.floor(relaxed[integer] + 1e-6))
    upper[integer] = np.minimum(upper[integer], np.ceil(relaxed[integer] - 1e-6))
    return lower, np.maximum(lower, upper)


def relative_gap(objective: float, bound: float) -> float:
    return abs(bound - objective) / max(abs(objective), 1e-9)
