"""The optimisation problem in words: options, cells, prerequisites (METHOD 6). The solver is in optimise.py."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import numpy as np

from analytics.applicability import Candidate
from analytics.collecting import without_collecting
from analytics.demand import Demand
from analytics.inputs import PlanInputs
from analytics.options import Cell, Floor, Option, Problem, Purse, reach
from analytics.scenario import Price, Scenario
from analytics.schedule import earliest_starts, effective_months

__all__ = ["Cell", "Floor", "Option", "Problem", "Purse", "places", "prices", "problem", "reach", "standing_units"]


def prices(inputs: PlanInputs, scenario: Scenario) -> dict[str, Price]:
    """Unit prices in EUR: the scenario's where set, else the catalogue's illustrative ones."""
    table = inputs.catalogue.interventions
    figures = table[["price_low", "price_mode", "price_high"]].itertuples(name=None)
    shipped = {str(code): Price(low=low, mode=mode, high=high) for code, low, mode, high in figures}
    return shipped | {code: price for code, price in scenario.prices.items() if code in shipped}


def standing_units(inputs: PlanInputs) -> dict[tuple[str, str, str], int]:
    """Units already in place by (intervention, scope kind, scope id)."""
    units: dict[tuple[str, str, str], int] = defaultdict(int)
    for row in inputs.in_place.itertuples():
        units[str(row.intervention), str(row.scope_kind), str(row.scope_id)] += int(row.units)
    return dict(units)


def problem(inputs: PlanInputs, scenario: Scenario, found: list[Candidate], needs: Demand, by_hand: dict[tuple[str, str, str], int] | None = None) -> Problem:
    """Options, cells and prerequisites of one country (METHOD 6); `by_hand` adds what the planner typed, applicable or not.

    Raises InputError on a circle of prerequisites.
    """
    with without_collecting():
        builder = _Builder(inputs, scenario, found, by_hand or {})
        options = builder.options()
        cells = _cells(scenario, options, needs)
        floors, purses = _floors(inputs, scenario, cells, needs), _purses(inputs, scenario, options)
        return Problem(options, cells, builder.met, builder.unmeetable, dict(scenario.caps), floors, purses)


class _Builder:
    """Works out which candidates become options: those that fire, and what they need, permission inherited."""

    def __init__(self, inputs: PlanInputs, scenario: Scenario, found: list[Candidate], by_hand: dict[tuple[str, str, str], int]):
        self.scenario, self.by_hand = scenario, by_hand
        self.table = inputs.catalogue.interventions
        self.needed_by = {str(code): tuple(row) for code, row in self.table["prerequisites"].items()}
        self.found = found
        self.standing = standing_units(inputs)
        self.by_code: dict[str, list[int]] = defaultdict(list)
        self.by_place: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.national: dict[str, list[int]] = defaultdict(list)
        for position, candidate in enumerate(found):
            self.by_code[candidate.code].append(position)
            if candidate.kind == "area":
                self.by_place[candidate.code, candidate.scope].append(position)
            else:
                self.national[candidate.code].append(position)
        self.price = {code: price.mode for code, price in prices(inputs, scenario).items()}
        self.lead = {str(code): float(months) for code, months in self.table["lead_months"].items()}
        self.serves = {str(code): dict(serves) for code, serves in self.table["serves"].items()}
        self.start: Callable[[str, str, str], float] = earliest_starts(inputs, self._stands, self._scopes)
        complete = [c for c in found if c.fires and c.required is not None and c.people > 0 and self._missing_units(c) == 0]
        self.met = tuple(complete)
        self.unmeetable: tuple[Candidate, ...] = ()
        self.codes: dict[int, list[str]] = {}
        """Interventions that a candidate needs and that do not stand yet, in the order of its groups."""

    def options(self) -> tuple[Option, ...]:
        active, groups, dropped = self._closure()
        self.unmeetable = tuple(self.found[position] for position in sorted(dropped) if self.found[position].fires)
        order = sorted(active)
        place = {position: index for index, position in enumerate(order)}
        users: dict[int, list[int]] = defaultdict(list)
        for position in order:
            for group in groups[position]:
                for needed in group:
                    users[needed].append(place[position])
        options = []
        for position in order:
            candidate = self.found[position]
            start = self.start(candidate.code, candidate.kind, candidate.scope)
            lead = self.lead[candidate.code]
            months = effective_months(self.scenario, start, lead)
            service = candidate.required is None
            typed = self._typed(candidate)
            upper = max(typed, (candidate.upper or 0) if candidate.fires else 1)
            options.append(
                Option(
                    candidate=candidate,
                    service=service,
                    upper=upper if service else self._missing_units(candidate),
                    price=self.price[candidate.code],
                    start=start,
                    lead=lead,
                    serves={s: persons * months / 12 for s, persons in self.serves[candidate.code].items() if months > 0} if service else {},
                    groups=tuple(tuple(place[p] for p in group if p in place) for group in groups[position]),
                    weight=candidate.people if candidate.fires and not service else 0.0,
                    needs=tuple(self.codes[position]),
                    needed_by=tuple(sorted(set(users[position]))) if service and not candidate.fires and not typed else (),
                )
            )
        return tuple(options)

    def _missing_units(self, candidate: Candidate) -> int:
        return max(0, (candidate.required or 0) - self.standing.get((candidate.code, candidate.kind, candidate.scope), 0))

    def _stands(self, code: str, kind: str, scope: str) -> bool:
        """Whether a prerequisite already stands for a need in this scope."""
        return any(
            self.standing.get((c.code, c.kind, c.scope), 0) >= max(1, c.required or 1) for c in map(self.found.__getitem__, self._meeting(code, kind, scope))
        )

    def _meeting(self, code: str, kind: str, scope: str) -> list[int]:
        """Candidates that meet a need for `code` in a scope: same area or national; corridor and sector by their own."""
        if kind == "area":
            return self.by_place[code, scope] + self.national[code]
        if kind in ("corridor", "sector"):
            own = [p for p in self.national[code] if self.found[p].kind == kind]
            if own:
                return [p for p in own if self.found[p].scope == scope]
        return self.by_code[code]

    def _scopes(self, code: str, kind: str, scope: str) -> list[tuple[str, str]]:
        return [(self.found[p].kind, self.found[p].scope) for p in self._meeting(code, kind, scope)]

    def _closure(self) -> tuple[set[int], dict[int, list[list[int]]], set[int]]:
        """Active candidates with the groups that meet their needs; those whose need nothing can meet fall out, unless somebody typed them."""
        wanted = [p for p, c in enumerate(self.found) if self._wanted(c)]
        active, groups = set(wanted), dict[int, list[list[int]]]()
        while wanted:
            position = wanted.pop()
            candidate = self.found[position]
            groups[position] = []
            self.codes[position] = []
            for code in self.needed_by[candidate.code]:
                if self._stands(code, candidate.kind, candidate.scope):
                    continue
                meeting = self._meeting(code, candidate.kind, candidate.scope)
                ready = [p for p in meeting if p in active or self._wanted(self.found[p])]
                if not ready:  # permission is inherited from what needs it (METHOD 5)
                    ready = [p for p in meeting if self.found[p].allowed] or meeting
                groups[position].append(ready)
                self.codes[position].append(code)
                new = [p for p in ready if p not in active]
                active.update(new)
                wanted.extend(new)
        dropped: set[int] = set()
        while True:
            lost = {p for p in active - dropped if any(all(q in dropped for q in group) for group in groups[p]) and not self._typed(self.found[p])}
            if not lost:
                return active - dropped, groups, dropped
            dropped |= lost

    def _typed(self, candidate: Candidate) -> int:
        return self.by_hand.get((candidate.code, candidate.kind, candidate.scope), 0)

    def _wanted(self, candidate: Candidate) -> bool:
        if self._typed(candidate):
            return True
        if not candidate.fires:
            return False
        return bool(candidate.upper) if candidate.required is None else self._missing_units(candidate) > 0


def _cells(scenario: Scenario, options: tuple[Option, ...], needs: Demand) -> tuple[Cell, ...]:
    """Cells with a gap, in the order area, sector, with the options that can serve them: none of a type whose cap is nothing."""
    serving: dict[tuple[str, str], list[int]] = defaultdict(list)
    none_of = {code for code, most in scenario.caps.items() if most == 0 and scenario.question != "by_hand"}
    for position, option in enumerate(options):
        if option.service and option.upper > 0 and option.area is not None and option.code not in none_of:
            for sector, persons in option.serves.items():
                if persons > 0:
                    serving[option.area, sector].append(position)
    cells = []
    gaps, demands, coverages = needs.gap.to_numpy(float), needs.demand.to_numpy(float), needs.coverage.to_numpy(float)
    for row, pcode in enumerate(needs.gap.index):
        for column, sector in enumerate(needs.gap.columns):
            gap = gaps[row, column]
            if np.isnan(gap) or gap <= 0:
                continue
            weight = scenario.sector_weights[sector] * scenario.area_weights.get(pcode, 1.0)
            cells.append(Cell(pcode, sector, demands[row, column], gap, coverages[row, column], weight, tuple(serving.get((pcode, sector), ()))))
    return tuple(cells)


def _floors(inputs: PlanInputs, scenario: Scenario, cells: tuple[Cell, ...], needs: Demand) -> tuple[Floor, ...]:
    """Persons each floor still misses; a floor that what is in place already reaches asks for nothing."""
    covered = (needs.coverage * needs.demand).sum(axis=1)
    wanted = needs.demand.sum(axis=1)
    floors = []
    for place, share in scenario.floors.items():
        inside = places(inputs, (place,))
        missing = share * float(wanted[inside].sum()) - float(covered[inside].sum())
        members = set(inside)
        mine = tuple(c for c, cell in enumerate(cells) if cell.pcode in members and cell.options)
        if missing > 0:
            floors.append(Floor(place, share, missing, mine))
    return tuple(floors)


def _purses(inputs: PlanInputs, scenario: Scenario, options: tuple[Option, ...]) -> tuple[Purse, ...]:
    """Each donor's money with the options it may pay for: its areas, its sectors; national lines are open to all."""
    purses = []
    sectors = {str(code): set(row) - {"X", "DAT"} for code, row in inputs.catalogue.interventions["sectors"].items()}
    for earmark in scenario.earmarks:
        inside = set(places(inputs, earmark.areas)) if earmark.areas else None
        wanted = set(earmark.sectors)
        allowed = frozenset(
            position
            for position, option in enumerate(options)
            if option.area is None
            or ((inside is None or option.area in inside) and (not wanted or not sectors[option.code] or bool(sectors[option.code] & wanted)))
        )
        purses.append(Purse(earmark.donor, earmark.amount, allowed))
    return tuple(purses)


def places(inputs: PlanInputs, named: tuple[str, ...]) -> list[str]:
    """Areas that are named, or lie in a region or country that is named."""
    chosen = set(named)
    if inputs.country in chosen:
        return [str(p) for p in inputs.areas.index]
    inside = inputs.areas.index.isin(chosen) | inputs.areas["parent"].isin(chosen)
    return [str(p) for p in inputs.areas.index[inside]]
