"""The areas of a chunk, each a small model of its own: at given prices nothing but what stands nationally ties them together (METHOD 6).

Fifty areas at once are one search that ends at its limit with much left open; one by one they are fifty that end, and prove more.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt

from analytics.model import INFINITY, Floats, Model, SolverError, quiet_solver

Ints = npt.NDArray[np.int32]
NODES = 200
"""Nodes after which the search of an area for whole units ends with what it has; nearly all end at the first."""


@dataclass(frozen=True)
class _Area:
    """Columns and rows of one area in the chunk's model, and its matrix by rows in places of its own."""

    columns: Ints
    rows: Ints
    starts: Ints
    place: Ints
    value: Floats


class Apart:
    """The areas of a model whose national columns are fixed."""

    def __init__(self, model: Model, area: npt.NDArray[np.int64]):
        """`area`: the area of each column, -1 for national ones; no row may touch two areas."""
        self.model = model
        rows, size = model.rows, len(model.rows.ends)
        column, value = np.array(rows.column, dtype=np.int32), np.array(rows.value, dtype=float)
        row = np.repeat(np.arange(size), np.diff([0, *rows.ends]))
        self.integer = np.array(model.integer, dtype=np.int32)
        self.limits = np.array(rows.lower), np.array(rows.upper)
        outside = area[column] < 0
        self.national = row[outside], column[outside], value[outside]
        row, column, value = row[~outside], column[~outside], value[~outside]
        areas = int(area.max(initial=-1)) + 1
        area_of_row = np.full(size, -1)
        area_of_row[row] = area[column]
        if (area_of_row[row] != area[column]).any():
            raise SolverError("chunk: a row ties two of its areas together")
        place = np.zeros(len(area), dtype=np.int32)
        order = np.argsort(area_of_row[row], kind="stable")
        row, column, value = row[order], column[order], value[order]
        ends = np.searchsorted(area_of_row[row], np.arange(areas + 1))
        self.areas: list[_Area] = []
        for a in range(areas):
            mine, here = np.flatnonzero(area == a).astype(np.int32), slice(ends[a], ends[a + 1])
            place[mine] = np.arange(len(mine))
            held, starts = np.unique(row[here], return_index=True)
            ends_with = np.append(starts, ends[a + 1] - ends[a]).astype(np.int32)
            self.areas.append(_Area(mine, held.astype(np.int32), ends_with, place[column[here]], value[here]))

    def best(self, objective: Floats, bounds: tuple[Floats, Floats], start: Floats, gap: float, chosen: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
        """Columns of the plan in whole units that raises an objective most, to within `gap` an area, and the bound of each area, shape (areas,).

        `start`: a plan that keeps the rules, which stays (and has no bound) where an area is not `chosen`. SolverError where an area has no plan at all.
        """
        lower, upper = bounds
        row, column, value = self.national
        if (lower[column] < upper[column]).any():
            raise SolverError("chunk: what stands nationally is open")
        taken = np.bincount(row, value * lower[column], minlength=len(self.limits[0])) if len(row) else 0.0
        least, most = self.limits[0] - taken, self.limits[1] - taken
        columns, proven = np.array(start), np.full(len(self.areas), -np.inf)
        solver = quiet_solver(seconds=INFINITY, gap=0.0)
        solver.setOptionValue("mip_abs_gap", gap)
        solver.setOptionValue("mip_max_nodes", NODES)
        # its jumps find nothing here, and take half of the time
        solver.setOptionValue("mip_heuristic_run_feasibility_jump", False)
        for a in chosen:
            area = self.areas[a]
            mine, held = area.columns, area.rows
            solver.passModel(
                len(mine), len(held), len(area.value), int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMaximize), 0.0,
                objective[mine], lower[mine], upper[mine], least[held], most[held], area.starts, area.place, area.value, self.integer[mine])
            solver.setSolution(len(mine), np.arange(len(mine), dtype=np.int32), start[mine])
            solver.run()
            info = solver.getInfo()
            if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
                raise SolverError(f"area: {solver.modelStatusToString(solver.getModelStatus())}")
            columns[mine] = np.array(solver.getSolution().col_value)
            proven[a] = max(float(info.mip_dual_bound), float(objective[mine] @ columns[mine]))
        return columns, proven
