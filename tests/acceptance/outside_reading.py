"""What a plan's JSON and interventions.csv say, read for the outside check: scopes, required numbers, bounds, what stands and when it starts."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from math import ceil, isclose
from pathlib import Path
from typing import Any

SECTORS = ("EMP", "EDU", "HEA", "PSY", "HOU", "JUS", "SOP", "FIN")
NATIONAL = ("country", "corridor", "sector", "programme")
PERSONS = 0.01
"""Persons by which a figure may differ: solvers hold their rows to about 1e-6 of a figure."""
Json = dict[str, Any]
Catalogue = dict[str, Json]


def read_catalogue(path: Path) -> Catalogue:
    """interventions.csv by code, lists split, numbers read."""
    catalogue = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            made: Json = dict(row)
            for name in ("levels", "stances", "triggers", "prerequisites", "sectors"):
                made[name] = [part for part in row[name].split(";") if part]
            made["serves"] = {p.split(":")[0]: float(p.split(":")[1]) for p in row["serves_per_unit_year"].split(";") if p}
            for name in ("per", "price_mode", "lead_months"):
                made[name] = float(row[name])
            made["plus_country"] = row["plus_country"] == "1"
            catalogue[row["code"]] = made
    return catalogue


class Reading:
    """One plan with what the checks share: areas by P-code, lines by place, what stands."""

    def __init__(self, plan: Json, catalogue: Catalogue, facilities: Mapping[str, float | None]):
        self.plan, self.catalogue, self.facilities = plan, catalogue, facilities
        self.scenario: Json = plan["scenario"]
        self.horizon = self.scenario["horizon_months"]
        self.areas = {area["pcode"]: area for area in plan["areas"]}
        self.expected = {p: total(a["expected_returns"]["abroad"], a["expected_returns"]["internal"]) for p, a in self.areas.items()}
        self.units: dict[tuple[str, str, str], int] = defaultdict(int)
        self.before: dict[tuple[str, str, str], int] = defaultdict(int)
        for line in plan["lines"]:
            self.units[place_of(line)] += line["units"]
        for line in plan["in_place"]:
            self.before[place_of(line)] += line["units"]

    # what an intervention is

    def kinds(self, code: str) -> set[str]:
        """The kinds of scope an intervention can stand in, by its driver (METHOD 6)."""
        row = self.catalogue[code]
        driver, local = row["driver"], "local" in row["levels"]
        own = {
            "area": "area",
            "persons": "area",
            "facility": "area",
            "corridor": "corridor",
            "sector": "sector",
            "programme": "programme",
            "country": "country",
            "institution": "area" if local else "sector",
            "returnees": "area" if row["serves"] else "country",
        }[driver]
        return {own} | ({"country"} if row["plus_country"] else set())

    def required(self, code: str) -> int:
        """The number in which an enabling intervention stands in a scope; one unit of a service is enough to stand."""
        row = self.catalogue[code]
        if row["driver"] == "returnees" and not row["serves"]:
            return max(1, ceil(sum(self.expected.values()) / row["per"] - 1e-9))
        return 1

    def upper(self, code: str, pcode: str) -> int | None:
        """The most units of a service in an area; None where its quantity is not known here."""
        row, area = self.catalogue[code], self.areas[pcode]
        if row["driver"] == "persons":
            quantity = max((area["sectors"][s]["gap"] or 0.0) for s in row["serves"])
        elif row["driver"] == "returnees":
            quantity = self.expected[pcode]
        elif pcode in self.facilities:
            known = self.facilities[pcode]
            quantity = area["target_population"] / self.scenario["persons_per_facility"] if known is None else known
        else:
            return None
        return ceil(quantity / row["per"] - 1e-9)

    def stands(self, code: str, kind: str, scope: str, *, before: bool = False) -> bool:
        """Whether a need for `code` in a scope is met, by the plan and what is in place or (`before`) by the latter alone."""
        return bool(self._standing_for(code, kind, scope, before=before))

    def _standing_for(self, code: str, kind: str, scope: str, *, before: bool = False) -> list[tuple[str, str, str]]:
        """What meets a need for `code` in a scope: its own area's or a national one, a corridor's and sector's own, for the country any."""
        places = {place for place in (*self.units, *self.before) if place[0] == code}
        if kind == "area":
            places = {p for p in places if p[1] in NATIONAL or p[2] == scope}
        elif kind in ("corridor", "sector") and kind in self.kinds(code):
            places = {p for p in places if p[1] == kind and p[2] == scope}
        return [p for p in places if self.before.get(p, 0) + (0 if before else self.units.get(p, 0)) >= self.required(code)]

    def earliest(self, code: str, kind: str, scope: str) -> float:
        """Earliest start in months: after every prerequisite that does not stand yet, the first of them in the plan that meets the need."""
        waits = []
        for needed in self.catalogue[code]["prerequisites"]:
            if not self.stands(needed, kind, scope, before=True):
                chosen = self._standing_for(needed, kind, scope) or [(needed, kind, scope)]
                waits.append(min(self.earliest(*place) for place in chosen) + self.catalogue[needed]["lead_months"])
        return max(waits, default=0.0)

    def one_more(self) -> dict[tuple[str, str], tuple[float, float]]:
        """Persons that one more unit of a service in the plan could serve, and its price, where unearmarked money is left for it."""
        if self.plan["question"] != "budget" or self.scenario["earmarks"]:
            return {}
        left = self.plan["totals"]["budget"] - sum(line["cost"] for line in self.plan["lines"])
        held: dict[str, int] = defaultdict(int)
        for (code, _, _), units in self.units.items():
            held[code] += units
        more: dict[tuple[str, str], tuple[float, float]] = {}
        for line in self.plan["lines"]:
            code, pcode = line["intervention"], line["pcode"]
            most = self.upper(code, pcode) if self.catalogue[code]["serves"] else None
            capped = held[code] >= self.scenario["caps"].get(code, held[code] + 1)
            if most is None or line["units"] >= most or capped or line["unit_price"] > left:
                continue
            for sector, persons in line["persons"].items():
                cell = self.areas[pcode]["sectors"][sector]
                # whatever else serves the cell, this type may give its part of the mix of what is served already
                room = min(cell["gap"], max(cell["planned_persons"], persons)) * self.scenario["mix_cap"] - persons
                year = (self.horizon - line["start_month"] - line["lead_months"]) / 12
                extra = min(max(0.0, room), cell["gap"] - cell["planned_persons"], self.catalogue[code]["serves"][sector] * year)
                if extra > more.get((pcode, sector), (0.0, 0.0))[0]:
                    more[pcode, sector] = extra, line["unit_price"]
        return more


def place_of(line: Json) -> tuple[str, str, str]:
    return line["intervention"], line["scope"]["kind"], line["scope"]["id"]


def name_of(line: Json) -> str:
    return "{}@{}:{}".format(*place_of(line))


def total(*figures: float | None) -> float:
    return sum(figure or 0.0 for figure in figures)


def near(one: float | None, other: float, tolerance: float = PERSONS) -> bool:
    return one is not None and isclose(one, other, rel_tol=1e-6, abs_tol=tolerance)
