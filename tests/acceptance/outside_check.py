"""An outside check of a plan: it knows the plan's JSON, interventions.csv and METHOD, and nothing of the program.

`problems_of(plan, catalogue)` returns one sentence for every figure that does not follow. Facilities and regions of the areas stand
in the store, not in the plan: hand them in to have the upper bound of the facility driver, and floors and earmarks of regions, checked too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import isclose

from tests.acceptance.outside_money import floor_problems, funding_problems
from tests.acceptance.outside_reading import PERSONS, SECTORS, Catalogue, Json, Reading, name_of, near, place_of, read_catalogue
from tests.acceptance.outside_totals import totals_problems

__all__ = ["Check", "problems_of", "read_catalogue"]


def problems_of(plan: Json, catalogue: Catalogue, facilities: Mapping[str, float | None] | None = None, parents: Mapping[str, str] | None = None) -> list[str]:
    """Everything in a plan that does not follow from its own figures, the catalogue and METHOD."""
    check = Check(plan, catalogue, facilities or {})
    services = frozenset(code for code, row in catalogue.items() if row["serves"])
    found = [*check.lines(), *check.schedule(), *check.cells(), *check.mix(), *check.question(), *totals_problems(plan, services)]
    sectors = {code: row["sectors"] for code, row in catalogue.items()}
    found += [*funding_problems(plan, sectors, parents or {}), *floor_problems(plan, parents or {}, check.one_more())]
    if plan["question"] == "by_hand":
        return [*found, *check.broken_rules_listed()]
    return [*found, *check.numbers(), *check.rules_kept()]


class Check(Reading):
    """A plan held to its own figures, the catalogue and METHOD; each check yields sentences."""

    def lines(self) -> Iterator[str]:
        """Costs and what each line may serve."""
        for line in self.plan["lines"]:
            code, kind, scope = place_of(line)
            row, name = self.catalogue[code], name_of(line)
            price = self.scenario["prices"].get(code, {}).get("mode", row["price_mode"])
            if not isclose(line["unit_price"], price) or not isclose(line["cost"], price * line["units"]):
                yield f"{name}: costs {line['cost']}, {line['units']} x {price} expected"
            if line["units"] < 1 or line["units"] != int(line["units"]):
                yield f"{name}: {line['units']} units"
            if kind not in self.kinds(code) or (kind == "area") != (line["pcode"] == scope):
                yield f"{name}: cannot stand in a scope {kind}:{scope}"
            months = max(0.0, self.horizon - line["start_month"] - line["lead_months"])
            for sector, persons in line["persons"].items():
                most = line["units"] * row["serves"].get(sector, 0.0) * months / 12
                if persons > most * (1 + 1e-6) + PERSONS:
                    yield f"{name}: serves {persons} in {sector}, {most} at most"
            yield from self._reason(line)

    def _reason(self, line: Json) -> Iterator[str]:
        kind, _, what = line["reason"].partition(":")
        code = line["intervention"]
        if kind == "trigger" and what not in self.catalogue[code]["triggers"]:
            yield f"{name_of(line)}: {what} is no trigger of it"
        if kind == "prerequisite" and (code not in self.catalogue[what]["prerequisites"] or not any(p[0] == what and units for p, units in self.units.items())):
            yield f"{name_of(line)}: said to be needed by {what}, which needs it not or is not there"
        if kind == "by_hand" and self.plan["question"] != "by_hand":
            yield f"{name_of(line)}: has no reason"

    def schedule(self) -> Iterator[str]:
        for line in self.plan["lines"]:
            start, lead = self.earliest(*place_of(line)), self.catalogue[line["intervention"]]["lead_months"]
            if line["start_month"] != start or line["lead_months"] != lead:
                yield f"{name_of(line)}: starts in month {line['start_month']}, {start} expected"
            if line["ends_after_horizon"] != (start + lead > self.horizon):
                yield f"{name_of(line)}: flag of ending after the horizon is wrong"

    def cells(self) -> Iterator[str]:
        """Target population, gap, persons and coverage of every cell."""
        served: dict[tuple[str, str], float] = defaultdict(float)
        for line in self.plan["lines"]:
            for sector, persons in line["persons"].items():
                served[line["pcode"], sector] += persons
        for pcode, area in self.areas.items():
            expected = self.expected[pcode]
            if area["target_population"] is not None and not near(area["target_population"], expected * (1 + self.scenario["host_share"])):
                yield f"{pcode}: target population {area['target_population']}"
            for sector in SECTORS:
                yield from self._cell(f"{pcode} {sector}", area, area["sectors"][sector], served[pcode, sector])

    def _cell(self, name: str, area: Json, cell: Json, served: float) -> Iterator[str]:
        if not near(cell["planned_persons"], served):
            yield f"{name}: {cell['planned_persons']} persons planned, the lines say {served}"
        demand = cell["demand"]
        if demand is None:
            if cell["gap"] is not None or cell["coverage"] is not None or served:
                yield f"{name}: figures without a demand"
            return
        if demand > area["target_population"] * cell["prevalence"] * (1 + 1e-9) + PERSONS:
            yield f"{name}: more in demand than the target population's need"
        has = cell["supply"] + (cell["partners"] or 0.0)
        if not near(cell["gap"], max(0.0, demand - has)):
            yield f"{name}: gap {cell['gap']}, {max(0.0, demand - has)} expected"
        if served > cell["gap"] * (1 + 1e-6) + PERSONS:
            yield f"{name}: serves {served}, more than the gap {cell['gap']}"
        if demand == 0:
            if cell["coverage"] is not None or cell["coverage_planned"] is not None:
                yield f"{name}: a coverage of nobody"
        elif not near(cell["coverage"], min(1.0, has / demand), 1e-6) or not near(cell["coverage_planned"], min(1.0, (has + served) / demand), 1e-6):
            yield f"{name}: coverage {cell['coverage']} then {cell['coverage_planned']}"

    def mix(self) -> Iterator[str]:
        """Where two held types can serve a cell in their own right, none gives more than the mix cap."""
        serving: dict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
        inherited = {place_of(line)[::2] for line in self.plan["lines"] if line["reason"].startswith("prerequisite:")}
        for line in self.plan["lines"]:
            for sector in self.catalogue[line["intervention"]]["serves"]:
                if line["start_month"] + line["lead_months"] < self.horizon:
                    serving[line["pcode"], sector].append((line["intervention"], line["persons"].get(sector, 0.0)))
        for (pcode, sector), given in serving.items():
            total = sum(persons for _, persons in given)
            mixed = sum((code, pcode) not in inherited for code, _ in given) > 1
            for code, persons in given:
                if mixed and persons > self.scenario["mix_cap"] * total * (1 + 1e-6) + PERSONS:
                    yield f"{pcode} {sector}: {code} gives {persons} of {total}"

    def numbers(self) -> Iterator[str]:
        """Enabling work stands in its required number; a service stays within its upper bound."""
        for line in self.plan["lines"]:
            code, kind, scope = place_of(line)
            if self.catalogue[code]["serves"] and kind == "area":
                most = self.upper(code, scope)
                only_needed = line["reason"].startswith("prerequisite:")
                if most is not None and line["units"] > (1 if only_needed else most):
                    yield f"{name_of(line)}: {line['units']} units, {most} at most"
            elif line["units"] != self.required(code) - self.before.get((code, kind, scope), 0):
                yield f"{name_of(line)}: {line['units']} units, {self.required(code)} required"

    def broken_prerequisites(self) -> set[tuple[str, str, str, str]]:
        return {
            (*place, needed)
            for place, units in self.units.items()
            for needed in self.catalogue[place[0]]["prerequisites"]
            if units and not self.stands(needed, place[1], place[2])
        }

    def caps_exceeded(self) -> set[str]:
        totals: dict[str, int] = defaultdict(int)
        for (code, _, _), units in self.units.items():
            totals[code] += units
        return {code for code, most in self.scenario["caps"].items() if totals[code] > most}

    def not_allowed(self) -> set[tuple[str, str, str]]:
        """Lines their area's stance does not allow."""
        nobody_open = all(a["stance_acted"] == "watch" for a in self.areas.values())
        refused = set()
        for code, kind, scope in (place for place, units in self.units.items() if units):
            stances = self.catalogue[code]["stances"]
            if nobody_open if kind != "area" else not ("any" in stances or self.areas[scope]["stance_acted"] in stances):
                refused.add((code, kind, scope))
        return refused

    def rules_kept(self) -> Iterator[str]:
        for code, kind, scope, needed in sorted(self.broken_prerequisites()):
            yield f"{code}@{kind}:{scope}: stands without {needed}"
        for code in sorted(self.caps_exceeded()):
            yield f"{code}: more than its cap of {self.scenario['caps'][code]}"
        inherited = {place_of(line) for line in self.plan["lines"] if line["reason"].startswith("prerequisite:")}
        for code, kind, scope in sorted(self.not_allowed() - inherited):
            yield f"{code}@{kind}:{scope}: the stance does not allow it"
        if self.plan["broken"]:
            yield "a plan of ours lists broken rules"

    def broken_rules_listed(self) -> Iterator[str]:
        """By hand nothing is forbidden, and every broken rule is named."""
        listed = {rule: [b for b in self.plan["broken"] if b["rule"] == rule] for rule in ("prerequisite", "cap", "stance")}
        if {(*place_of(b), b["needs"]) for b in listed["prerequisite"]} != self.broken_prerequisites():
            yield f"by hand: prerequisites broken are {sorted(self.broken_prerequisites())}"
        if {b["intervention"] for b in listed["cap"]} != self.caps_exceeded():
            yield f"by hand: caps broken are {sorted(self.caps_exceeded())}"
        if {place_of(b) for b in listed["stance"]} != self.not_allowed():
            yield f"by hand: stances broken are {sorted(self.not_allowed())}"

    def question(self) -> Iterator[str]:
        """What the question asked for: within the budget and balanced, or at the target wherever it can be."""
        totals, out = self.plan["totals"], {(u["pcode"], u["sector"]) for u in self.plan["unreachable"]}
        if self.plan["question"] == "budget":
            if totals["cost"] > totals["budget"] + 1e-6:
                yield f"costs {totals['cost']}, more than the budget {totals['budget']}"
            yield from self._balance(out)
        if self.plan["question"] == "in_place" and self.plan["lines"]:
            yield "in place buys nothing"
        if self.plan["question"] == "target":
            for pcode, area in self.areas.items():
                for sector, cell in area["sectors"].items():
                    low = cell["demand"] and (self.scenario["target"] - cell["coverage_planned"]) * cell["demand"] > 1
                    if low and not {(pcode, sector), (pcode, None)} & out:
                        yield f"{pcode} {sector}: below the target without a reason"
            if totals["conditions_met"] != totals["conditions"] and not self.scenario["caps"]:
                yield f"{totals['conditions_met']} of {totals['conditions']} conditions met"

    def _balance(self, out: set[tuple[str, str | None]]) -> Iterator[str]:
        """Every cell gains its balanced share, or is said to be too small or out of reach."""
        totals = self.plan["totals"]
        if not totals["balance_kept"]:
            return
        if totals["balance_kept"] > self.scenario["balance"]:
            yield f"keeps {totals['balance_kept']} of the balance, more than asked"
        share = totals["balance_kept"] * totals["balanced_share"]
        small = {(s["pcode"], s["sector"]) for s in self.plan["too_small"]}
        for pcode, area in self.areas.items():
            for sector, cell in area["sectors"].items():
                wanted = share * (cell["gap"] or 0.0)
                largest = max((row["serves"].get(sector, 0.0) for row in self.catalogue.values()), default=0.0) * self.horizon / 12
                if (pcode, sector) in small and wanted > self.scenario["small_cell_units"] * largest + PERSONS:
                    yield f"{pcode} {sector}: {wanted} persons are not too few for a unit"
                below = cell["gap"] and (self.scenario["target"] - cell["coverage"]) * cell["demand"] > 1
                servable = below and not {(pcode, sector), (pcode, None)} & out
                if servable and (pcode, sector) not in small and cell["planned_persons"] < wanted * (1 - 1e-6) - PERSONS:
                    yield f"{pcode} {sector}: gains {cell['planned_persons']}, balance asks {wanted}"
