"""What the optimiser chooses from and what holds it back: options, cells, floors, purses (METHOD 6); built in problem.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from analytics.applicability import Candidate
from analytics.scenario import Scenario


@dataclass(frozen=True)
class Option:
    """Something the plan may buy: one intervention in one scope.

    `service`: serves people, between 0 and `upper` units; otherwise enabling, all `upper` units or none. `serves`:
    persons one unit serves over the horizon by sector. `groups`: for each prerequisite not yet in place, the options
    (positions) of which one must stand; `needs`: the intervention each group stands for. `weight`: persons that count when the
    condition is met (0 if it does not fire).
    `needed_by`: of a service that does not fire, the options it may stand for; without one of them it has no permission (METHOD 5).
    """

    candidate: Candidate
    service: bool
    upper: int
    price: float
    start: float
    lead: float
    serves: dict[str, float]
    groups: tuple[tuple[int, ...], ...]
    weight: float
    needed_by: tuple[int, ...] = ()
    needs: tuple[str, ...] = ()

    def placed(self, groups: tuple[tuple[int, ...], ...], needed_by: tuple[int, ...], weight: float) -> Option:
        """The same option within a part of a problem, where positions are others."""
        return Option(self.candidate, self.service, self.upper, self.price, self.start, self.lead, self.serves, groups, weight, needed_by, self.needs)

    @property
    def code(self) -> str:
        return self.candidate.code

    @property
    def condition(self) -> bool:
        """Whether it is a structural condition: enabling work that fires in a scope where somebody is expected (METHOD 6)."""
        return self.candidate.fires and not self.service and self.candidate.people > 0

    @property
    def area(self) -> str | None:
        return self.candidate.scope if self.candidate.kind == "area" else None


@dataclass(frozen=True)
class Cell:
    """One area x sector with a gap that may be served: persons, coverage in place, weight, and the serving options."""

    pcode: str
    sector: str
    demand: float
    gap: float
    coverage: float
    weight: float
    options: tuple[int, ...]


@dataclass(frozen=True)
class Floor:
    """A least coverage of an area, region or the country: `missing` persons until it is reached, gained in `cells`."""

    place: str
    share: float
    missing: float
    cells: tuple[int, ...]


@dataclass(frozen=True)
class Purse:
    """Money of one donor (None: free for all) and the options it may pay for (positions); EUR."""

    donor: str | None
    amount: float
    options: frozenset[int]


@dataclass(frozen=True)
class Problem:
    """Everything the solver and the evaluation need; positions in `options` are the variables.

    `met`: conditions already met by what is in place. `unmeetable`: firing candidates whose prerequisite cannot stand
    anywhere. `caps`: most units of an intervention over all scopes. `floors` and `purses`: the scenario's own, budget only.
    `asked`: conditions (positions) that count as a person missed where a cap keeps them from standing.
    """

    options: tuple[Option, ...]
    cells: tuple[Cell, ...]
    met: tuple[Candidate, ...]
    unmeetable: tuple[Candidate, ...]
    caps: dict[str, int]
    floors: tuple[Floor, ...] = ()
    purses: tuple[Purse, ...] = ()
    asked: tuple[int, ...] = ()

    def reached(self, scenario: Scenario) -> list[float]:
        """The most persons of each cell that can be served when money is no object (`reach`), worked out once."""
        if scenario.mix_cap not in self._reached:
            self._reached[scenario.mix_cap] = [reach(cell, self.options, scenario, self.caps) for cell in self.cells]
        return self._reached[scenario.mix_cap]

    @cached_property
    def _reached(self) -> dict[float, list[float]]:
        return {}


def mixed(cell: Cell, options: tuple[Option, ...]) -> bool:
    """Whether at least two types can serve a cell, so that one gives its part at most. What does not fire, and may only stand for
    what needs it, is no such type: it could never give the other part (METHOD 6)."""
    return sum(options[o].candidate.fires for o in cell.options) > 1


def reach(cell: Cell, options: tuple[Option, ...], scenario: Scenario, caps: Mapping[str, int]) -> float:
    """The most persons of a cell that can be served when money is no object: `zmax` as persons (METHOD 6).

    Each type gives at most its upper bound or its cap and, where the cell is mixed, at most `mix_cap` of the total. With the
    k largest types held at that cap, the total S obeys S <= (the rest) / (1 - k mix_cap); the tightest k decides.
    """
    if not cell.options:
        return 0.0
    capacity = sorted(options[o].serves[cell.sector] * min(options[o].upper, caps.get(options[o].code, options[o].upper)) for o in cell.options)
    capacity = [persons for persons in capacity if persons > 0]
    limit = scenario.mix_cap if mixed(cell, options) else 1.0
    bounds = [cell.gap, sum(capacity)]
    for largest in range(1, len(capacity) + 1):
        room = 1 - largest * limit
        if room <= 0:
            break
        bounds.append(sum(capacity[: len(capacity) - largest]) / room)
    return min(bounds)


def missed_as(option: Option, scenario: Scenario) -> float:
    """Persons that a condition counts as where it cannot be met: as many as it weighs beside persons served (METHOD 6), one at least."""
    return max(1.0, scenario.beta * option.weight)


def under_caps(problem: Problem) -> set[int]:
    """Options (positions) that a cap can keep from standing: their own, or that of something they may need."""
    held = {p for p, option in enumerate(problem.options) if option.code in problem.caps}
    return _with_what_needs_them(problem, held, lambda found, group: not found.isdisjoint(group))


def barred_by_caps(problem: Problem) -> set[int]:
    """Options (positions) that no plan within the caps can hold: too few units are allowed of them, or of all that could meet a prerequisite of theirs."""
    barred = {p for p, option in enumerate(problem.options) if problem.caps.get(option.code, option.upper) < (1 if option.service else option.upper)}
    return _with_what_needs_them(problem, barred, lambda found, group: found.issuperset(group))


def _with_what_needs_them(problem: Problem, first: set[int], touches: Callable[[set[int], tuple[int, ...]], bool]) -> set[int]:
    """Options (positions), those with a group of prerequisites that they touch, those with a group that these touch, and so on."""
    found, more = set(first), first
    while more:
        more = {p for p, option in enumerate(problem.options) if p not in found and any(touches(found, group) for group in option.groups)}
        found |= more
    return found
