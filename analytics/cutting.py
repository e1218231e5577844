"""Where a large problem can be cut into chunks of areas, and the chunks themselves (METHOD 6)."""

from __future__ import annotations

from collections import defaultdict

from analytics.chunks import Chunk
from analytics.options import Problem
from analytics.scenario import Scenario
from analytics.ties import Ties


def separable(problem: Problem) -> bool:
    """Whether nothing but national options and what has a price (money, caps, floors) ties areas together, so that chunks can answer apart."""
    area = [option.area for option in problem.options]
    for option in problem.options:
        if option.area is None:
            if option.service:
                return False
        elif any(area[p] not in (None, option.area) for group in option.groups for p in group):
            return False
    return all(problem.options[o].area == cell.pcode for cell in problem.cells for o in cell.options)


def area_groups(problem: Problem, areas_a_chunk: int) -> list[list[str]]:
    """Areas by chunk: every n-th area, so that chunks resemble each other and one can stand for all."""
    areas = list(dict.fromkeys([cell.pcode for cell in problem.cells if cell.options] + [o.area for o in problem.options if o.area is not None]))
    chunks = -(-len(areas) // areas_a_chunk)
    return [areas[first::chunks] for first in range(chunks)]


def cut(problem: Problem, scenario: Scenario, areas_a_chunk: int, ties: Ties | None = None) -> list[Chunk]:
    """The chunks of a separable problem, which know what they use of what ties areas together."""
    area = [option.area for option in problem.options]
    nationals = {p for option, place in zip(problem.options, area, strict=True) if place for group in option.groups for p in group if area[p] is None}
    options, cells = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
    for position, place in enumerate(area):
        if place is not None:
            options[place].append(position)
    for c, cell in enumerate(problem.cells):
        if cell.options:
            cells[cell.pcode].append(c)
    found = area_groups(problem, areas_a_chunk)
    return [Chunk(problem, scenario, sorted(nationals), [p for a in areas for p in options[a]], [c for a in areas for c in cells[a]], ties) for areas in found]
