"""Coverage floors, earmarks and caps of a plan, checked against METHOD 6: the plan's JSON, the catalogue and the areas' regions alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import chain, combinations
from math import isclose
from typing import Any

Json = dict[str, Any]
CENT = 0.01
PERSON = 0.5
PART_MISSED = 0.01
"""Part of the persons below a floor that a search may leave: plans are proven to less than that, not to the last person."""


def inside(plan: Json, places: Collection[str], parents: Mapping[str, str]) -> set[str]:
    """Areas that are named, or lie in a region or country that is named."""
    areas = {area["pcode"] for area in plan["areas"]}
    return areas if plan["country"] in places else {p for p in areas if p in places or parents.get(p) in places}


def may_pay(plan: Json, earmark: Json, line: Json, sectors: Collection[str], parents: Mapping[str, str]) -> bool:
    """Whether an earmark is open to a line: national lines to all, else its areas and its sectors (work of no one sector is any sector's)."""
    if line["pcode"] is None:
        return True
    own = set(sectors) - {"X", "DAT"}
    here = not earmark["areas"] or line["pcode"] in inside(plan, earmark["areas"], parents)
    return here and (not earmark["sectors"] or not own or bool(own & set(earmark["sectors"])))


def funding_problems(plan: Json, sectors: Mapping[str, Collection[str]], parents: Mapping[str, str]) -> Iterator[str]:
    """Every line is paid once and in full, by donors that may pay for it and have the money."""
    earmarks, lines = plan["scenario"]["earmarks"], {_place(line): line for line in plan["lines"]}
    if plan["question"] != "budget" or not earmarks:
        if plan["funding"]:
            yield "money is handed out where no donor named any"
        return
    paid: dict[tuple[str, str, str], float] = defaultdict(float)
    donors: dict[str | None, list[tuple[float, Json]]] = defaultdict(list)
    for part in plan["funding"]:
        if part["amount"] <= 0 or _place(part) not in lines:
            yield f"{_name(part)}: {part['donor']} pays {part['amount']} for a line that is not there, or nothing"
            continue
        paid[_place(part)] += part["amount"]
        donors[part["donor"]].append((part["amount"], lines[_place(part)]))
    for place, line in lines.items():
        if not isclose(paid[place], line["cost"], rel_tol=1e-6, abs_tol=CENT):
            yield f"{_name(line)}: costs {line['cost']}, {paid[place]} is paid"
    rest = max(0.0, plan["totals"]["budget"] - sum(e["amount"] for e in earmarks))
    if sum(amount for amount, _ in donors[None]) > rest + CENT + 1e-6 * rest:
        yield f"the unearmarked rest pays more than its {rest}"
    for donor, parts in donors.items():
        own = [e for e in earmarks if e["donor"] == donor]
        if donor is not None and not own:
            yield f"{donor} gave no money"
        # what only some of a donor's earmarks may pay for has to fit into these, whichever they are
        for some in chain.from_iterable(combinations(range(len(own)), n) for n in range(len(own) + 1)):
            bound = sum(
                amount
                for amount, line in parts
                if all(not may_pay(plan, e, line, sectors[line["intervention"]], parents) for k, e in enumerate(own) if k not in some)
            )
            most = sum(own[k]["amount"] for k in some)
            if donor is not None and bound > most + CENT + 1e-6 * most:
                yield f"{donor} pays {bound} where it may pay {most}"


def floor_problems(plan: Json, parents: Mapping[str, str], more: Mapping[tuple[str, str], tuple[float, float]]) -> Iterator[str]:
    """Floors reached and missed as the areas say; none is missed that one more unit of a line within the money would come nearer to.

    `more`: (area, sector) -> persons that one more unit of something already standing there could serve, and its price.
    """
    floors = plan["scenario"]["floors"] if plan["question"] == "budget" else {}
    listed = {row["place"]: row for row in plan["floors"]}
    if set(listed) != set(floors) or len(listed) != len(plan["floors"]):
        yield f"floors listed for {sorted(listed)}, asked for {sorted(floors)}"
        return
    missed = sum(row["missing_persons"] for row in listed.values())
    for place, wanted in floors.items():
        cells = [(p, s, c) for p, s, c in _cells(plan) if p in inside(plan, {place}, parents) and c["demand"]]
        demand = sum(c["demand"] for _, _, c in cells)
        covered = sum(c["demand"] * c["coverage_planned"] for _, _, c in cells)
        missing = max(0.0, wanted * demand - covered)
        row = listed[place]
        reached = covered / demand if demand else None
        same = row["reached"] == reached if reached is None or row["reached"] is None else isclose(row["reached"], reached, abs_tol=1e-6)
        if row["wanted"] != wanted or not same or not isclose(row["missing_persons"], missing, rel_tol=1e-6, abs_tol=PERSON):
            yield f"floor {place}: {row}, {reached} reached and {missing} missing expected"
        for pcode, sector, _ in cells:
            persons, price = more.get((pcode, sector), (0.0, 0.0))
            if min(persons, missing) > PERSON + PART_MISSED * missed:
                yield f"floor {place}: {missing} persons missing, and {persons} more could be served in {pcode} {sector} for {price}"


def _cells(plan: Json) -> Iterator[tuple[str, str, Json]]:
    return ((area["pcode"], sector, cell) for area in plan["areas"] for sector, cell in area["sectors"].items())


def _place(line: Json) -> tuple[str, str, str]:
    return line["intervention"], line["scope"]["kind"], line["scope"]["id"]


def _name(line: Json) -> str:
    return "{}@{}:{}".format(*_place(line))
