"""National options of a large problem: which stand, at what cost, and what they add to the proven bound (METHOD 6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import highspy
import numpy as np

from analytics.model import INFINITY, Floats, Model, SolverError
from analytics.problem import Problem
from analytics.scenario import Scenario
from analytics.ties import Ties


class Nationals:
    """The options that belong to no area, with their prerequisites among themselves.

    What a national option needs of an area is left out of the proof (so the bound stays true) and seen to in the plan.
    """

    def __init__(self, problem: Problem, scenario: Scenario):
        self.problem, self.scenario = problem, scenario
        self.positions = [p for p, option in enumerate(problem.options) if option.area is None]
        self.price = {p: problem.options[p].price * problem.options[p].upper for p in self.positions}

    def best_use(self, budget: float, cuts: Iterable[tuple[float, float]], *, strict: bool) -> tuple[float, set[int]]:
        """A bound on the whole plan's value (unless strict), and the national options that reach it.

        `cuts`: pairs (price of money, most that value less price times cost of all areas can be): with the money left
        over, areas gain at most what each pair says. Whole options, not parts of them: this is what makes small budgets tight.
        """
        model = self._model(strict=strict)
        gained = model.column(-INFINITY, INFINITY)
        spending = model.spending()
        for price, most in cuts:
            model.rows.add([(gained, 1.0), *((column, price * cost) for column, cost in spending)], -INFINITY, most + price * budget)
        model.rows.add(spending, -INFINITY, budget)
        objective = model.value()
        objective[gained] = 1.0
        values, bound = self._best(model, objective, maximise=True)
        return bound, self._standing(model, values)

    def best_use_of(self, ties: Ties, cuts: Sequence[tuple[Floats, float]], *, strict: bool) -> tuple[float, set[int]]:
        """The same where more than money is shared: `cuts` are pairs (prices of the resources, most that all else can be worth at them)."""
        model = self._model(strict=strict)
        uses = ties.uses(self.positions, model, (), ())
        gained = model.column(-INFINITY, INFINITY)
        for prices, most in cuts:
            model.rows.add([(gained, 1.0), *_entries(prices @ uses)], -INFINITY, most)
        model.rows.add(_entries(uses[0]), -INFINITY, ties.budget)
        for k, limit in enumerate(ties.limits, start=ties.first_cap):
            model.rows.add(_entries(uses[k]), -INFINITY, limit)
        objective = model.value()
        objective[gained] = 1.0
        values, bound = self._best(model, objective, maximise=True)
        return bound, self._standing(model, values)

    def relaxed_model(self, standing: set[int] | None) -> Model:
        """Columns of the national options, divisible, or fixed to what stands."""
        model = self._model(strict=False)
        for index, p in enumerate(self.positions if standing is not None else ()):
            held = min(float(p in (standing or ())), model.upper[model.unit[index]])
            model.lower[model.unit[index]] = model.upper[model.unit[index]] = held
        return model

    def most(self, model: Model, objective: Floats) -> float:
        """The most an objective can be on a model of the national options, divisible."""
        return self._best(model, objective, maximise=True, relaxed=True)[1]

    def closure(self, wanted: Iterable[int]) -> set[int]:
        """The cheapest set that holds the wanted options and all they need among national options."""
        model = self._model(strict=True)
        place = {p: index for index, p in enumerate(self.positions)}
        for p in wanted:
            model.lower[model.unit[place[p]]] = model.upper[model.unit[place[p]]]
        values, _ = self._best(model, model.costs(), maximise=False)
        return self._standing(model, values)

    def least_cost(self, level: dict[int, float], *, strict: bool = True) -> float:
        """Lowest cost in EUR, options divisible, at which each option stands at least so far (0 where it is not named)."""
        model = self._model(strict=strict)
        for index, p in enumerate(self.positions):
            model.lower[model.unit[index]] = min(level.get(p, 0.0), model.upper[model.unit[index]])
        costs = model.costs()
        return self._best(model, costs, maximise=False, relaxed=True)[1]

    def cost(self, standing: Iterable[int]) -> float:
        return float(sum(self.price[p] for p in standing))

    def value(self, standing: Iterable[int]) -> float:
        return float(sum(self.scenario.beta * self.problem.options[p].weight for p in standing))

    def weighted(self) -> set[int]:
        """National conditions that can be met."""
        return {p for p in self.positions if self.problem.options[p].weight > 0}

    def left_to_areas(self, standing: set[int]) -> list[tuple[int, ...]]:
        """Groups of area options of which one must stand, because no national option of the group does."""
        groups = [group for p in sorted(standing) for group in self.problem.options[p].groups]
        return [tuple(p for p in group if p not in self.price) for group in groups if not any(p in standing for p in group)]

    def _model(self, *, strict: bool) -> Model:
        """Columns and prerequisites; a group that an area may meet is dropped, or where strict kept to its national members if it has any."""
        at = {position: index for index, position in enumerate(self.positions)}
        options = []
        for p in self.positions:
            groups = [tuple(at[q] for q in group if q in at) for group in self.problem.options[p].groups if strict or all(q in at for q in group)]
            options.append(replace(self.problem.options[p], groups=tuple(group for group in groups if group)))
        return Model(Problem(tuple(options), (), (), (), {}), self.scenario)

    def _best(self, model: Model, objective: Floats, *, maximise: bool, relaxed: bool = False) -> tuple[Floats, float]:
        """Best columns and the proven bound on their objective."""
        if not model.lower:
            return np.zeros(0), 0.0
        relaxed = relaxed or not any(model.integer)  # without a whole number there is no bound but the optimum itself
        solver = model.highs(objective, maximise=maximise, relaxed=relaxed, seconds=INFINITY if relaxed else self.scenario.seconds_allowed, gap=1e-7)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise SolverError(f"national options: {solver.modelStatusToString(solver.getModelStatus())}")
        values = np.array(solver.getSolution().col_value)
        return values, float(objective @ values) if relaxed else float(solver.getInfo().mip_dual_bound)

    def _standing(self, model: Model, values: Floats) -> set[int]:
        return {p for index, p in enumerate(self.positions) if values[model.unit[index]] > 0.5}


def _entries(row: Floats) -> list[tuple[int, float]]:
    return [(int(column), float(row[column])) for column in np.flatnonzero(row)]
