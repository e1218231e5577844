"""When a plan happens and when its money is spent (METHOD 6): every start after what it needs, every euro in one quarter."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.applicability import scope_key
from analytics.compute import plan
from analytics.inputs import PlanInputs
from analytics.plan import Plan, PlanLine, Scope
from analytics.scenario import Scenario, StanceOverride
from analytics.timeline import MONTHS_A_QUARTER, bars, spending_by_quarter
from tests.analytics.strategies import scenarios, worlds
from tests.analytics.world import catalogue, frame, world

INTERVENTIONS = catalogue().interventions
SUPPORT = {f"XX00{n}": StanceOverride(stance="support", reason="for the test") for n in range(3)}


def standing(inputs: PlanInputs, *places: tuple[str, str, str]) -> PlanInputs:
    """The country with one unit of each already in place."""
    rows = [{"intervention": i, "scope_kind": k, "scope_id": s, "units": 1, "quality": "observed", "source_id": "visit"} for i, k, s in places]
    return replace(inputs, in_place=frame("in_place", rows))


def in_place_of(inputs: PlanInputs, codes: list[str]) -> PlanInputs:
    """Local work in place in the first area alone, national work in the country."""
    first = str(inputs.areas.index[0])
    local = {c for c in codes if "local" in INTERVENTIONS.at[c, "levels"]}
    return standing(inputs, *[(c, "area", first) if c in local else (c, "country", inputs.country) for c in codes])


some_in_place = st.lists(st.sampled_from(["A01", "A02", "A03", "A06", "B01", "B05"]), unique=True, max_size=3)


@settings(max_examples=6)
@given(worlds, scenarios, some_in_place, st.sampled_from([4e5, 3e6, 2e7]))
def test_nothing_starts_before_what_it_needs_is_ready_and_lead_times_are_the_catalogues(
    inputs: PlanInputs, scenario: Scenario, codes: list[str], budget: float
) -> None:
    inputs = in_place_of(inputs, codes)
    answer = plan(inputs, scenario.model_copy(update={"budget": budget}))
    before = {(p.intervention, p.scope.kind, p.scope.id) for p in answer.in_place}
    for line in answer.lines:
        assert line.lead_months == INTERVENTIONS.at[line.intervention, "lead_months"] and line.start_month >= 0
        assert line.ends_after_horizon == (line.start_month + line.lead_months > scenario.horizon_months)
        ready = []
        for needed in INTERVENTIONS.at[line.intervention, "prerequisites"]:
            if not any(meets(line, needed, *place) for place in before):
                ready.append(min(o.start_month + o.lead_months for o in answer.lines if meets(line, needed, o.intervention, o.scope.kind, o.scope.id)))
        assert line.start_month == max(ready, default=0.0)


def meets(line: PlanLine, needed: str, code: str, kind: str, scope: str) -> bool:
    """Whether one thing that stands meets a need of a line (METHOD 6, Prerequisites)."""
    if code != needed:
        return False
    if line.scope.kind == "area":
        return kind != "area" or scope == line.scope.id
    return not (line.scope.kind == kind == "corridor") or scope == line.scope.id


@settings(max_examples=6)
@given(worlds, scenarios, some_in_place, st.sampled_from([4e5, 3e6, 2e7]))
def test_spending_by_quarter_is_the_plans_cost_line_by_line_and_element_by_element(
    inputs: PlanInputs, scenario: Scenario, codes: list[str], budget: float
) -> None:
    inputs = in_place_of(inputs, codes)
    answer = plan(inputs, scenario.model_copy(update={"budget": budget}))
    quarters = spending_by_quarter(answer, inputs)
    assert sum(sum(quarter.values()) for quarter in quarters) == pytest.approx(answer.totals.cost)
    for element in set(INTERVENTIONS["element"]):
        cost = sum(line.cost for line in answer.lines if INTERVENTIONS.at[line.intervention, "element"] == element)
        assert sum(quarter.get(element, 0.0) for quarter in quarters) == pytest.approx(cost)
    last = max((line.start_month + line.lead_months for line in answer.lines), default=0.0)
    assert len(quarters) == -(-last // MONTHS_A_QUARTER)  # the last quarter with money is that in which the last work is ready
    if not any(line.ends_after_horizon for line in answer.lines):
        assert len(quarters) * MONTHS_A_QUARTER < scenario.horizon_months + MONTHS_A_QUARTER
    years = [sum(sum(quarter.values()) for quarter in quarters[first : first + 4]) for first in range(0, len(quarters), 4)]
    assert sum(years) == pytest.approx(answer.totals.cost) and all(year >= 0 for year in years)


@settings(max_examples=6)
@given(worlds, scenarios, some_in_place)
def test_bars_hold_every_unit_and_a_bar_begins_when_one_of_each_it_waits_for_is_ready(inputs: PlanInputs, scenario: Scenario, codes: list[str]) -> None:
    inputs = in_place_of(inputs, codes)
    answer = plan(inputs, scenario.model_copy(update={"budget": 3e6}))
    rows = bars(answer, inputs)
    units = {code: sum(line.units for line in answer.lines if line.intervention == code) for code in {line.intervention for line in answer.lines}}
    assert {code: sum(bar.units for bar in rows if bar.intervention == code) for code in units} == units
    assert [bar.start for bar in rows] == sorted(bar.start for bar in rows)
    stood = {place.intervention for place in answer.in_place}
    for bar in rows:
        assert bar.start <= bar.ready <= bar.end <= max(scenario.horizon_months, bar.ready) and bar.late == (bar.ready > scenario.horizon_months)
        assert bar.end - bar.ready <= INTERVENTIONS.at[bar.intervention, "life_months"]
        for code in set(bar.waits_for) - stood:
            assert any(before.ready <= bar.start for before in rows if before.intervention == code)


def test_a_chain_worked_by_hand() -> None:
    """A01 takes 2 months, B05 2 and A06 2 after it, A09 9 after both: months 2 to 4, then 4 to 13."""
    inputs = world(1, 1)
    units = {scope_key(c, "area", "XX000"): 1 for c in ("A01", "A06", "B05")} | {scope_key("A09", "area", "XX000"): 2}
    answer = plan(inputs, Scenario(question="by_hand", units=units, stance_overrides={"XX000": SUPPORT["XX000"]}))
    spans = {bar.intervention: (bar.start, bar.ready, bar.end, bar.units) for bar in bars(answer, inputs)}
    assert spans == {"A01": (0, 2, 26, 1), "A06": (2, 4, 28, 1), "B05": (2, 4, 16, 1), "A09": (4, 13, 36, 2)}
    # A01: 25,000 in months 0-1. A06 8,000 and B05 12,000: half of each in month 2, half in month 3. A09: 120,000 over months 4 to 12.
    month = 120_000 / 9
    assert spending_by_quarter(answer, inputs) == [
        {"engagement": 25_000, "capacity": 4_000, "coordination": 6_000},
        {"capacity": pytest.approx(4_000 + 2 * month), "coordination": 6_000},
        {"capacity": pytest.approx(3 * month)},
        {"capacity": pytest.approx(3 * month)},
        {"capacity": pytest.approx(month)},
    ]


def test_work_that_is_not_ready_when_the_plan_ends_is_flagged_and_its_money_falls_after_it() -> None:
    inputs = world(1, 1)
    chain = ("A01", "A02", "C01", "D01", "C07")
    places = {"A01": ("area", "XX000"), "C01": ("corridor", "AAA"), "C07": ("corridor", "AAA")}
    units = {scope_key(code, *places.get(code, ("country", "XXX"))): 1 for code in chain}
    answer = plan(inputs, Scenario(question="by_hand", units=units, horizon_months=24))
    mobility = next(bar for bar in bars(answer, inputs) if bar.intervention == "C07")
    assert (mobility.start, mobility.ready, mobility.end, mobility.late) == (15, 33, 33, True)  # 2 + 4 + 9, then 18 months
    assert [line.intervention for line in answer.lines if line.ends_after_horizon] == ["C07"]
    quarters = spending_by_quarter(answer, inputs)
    assert len(quarters) == 11 and sum(sum(q.values()) for q in quarters[8:]) == pytest.approx(100_000 * 9 / 18)


def test_national_work_waits_for_the_first_area_that_has_what_it_needs_and_areas_do_not_wait_twice() -> None:
    """With A01 standing in one area, national work that needs it starts at once, and so does what areas need of that national work."""
    free = Scenario(question="target", stance_overrides=SUPPORT)
    before, after = (plan(inputs, free) for inputs in (world(3, 1), standing(world(3, 1), ("A01", "area", "XX000"))))

    def starts(answer: Plan, code: str, place: str) -> float:
        return next(line.start_month for line in answer.lines if (line.intervention, line.scope.id) == (code, place))

    assert (starts(before, "A02", "XXX"), starts(after, "A02", "XXX")) == (2, 0)
    assert (starts(before, "A10", "XX001"), starts(after, "A10", "XX001")) == (17, 15)  # A02 4, B01 6, B04 5 months, after A01 or at once
    assert (starts(before, "A06", "XX000"), starts(after, "A06", "XX000"), starts(after, "A06", "XX001")) == (2, 0, 2)


def test_national_work_starts_when_the_area_the_plan_chose_is_ready_not_one_it_passed_by() -> None:
    """An association (A13) could stand sooner where A01 stands already; one typed elsewhere keeps the diaspora scheme (C06) waiting."""
    inputs = standing(world(3, 1), ("A01", "area", "XX000"), ("C01", "corridor", "AAA"))
    scheme = scope_key("C06", "country", "XXX")
    for area, start in (("XX000", 2), ("XX001", 4)):
        typed = {scheme: 1, scope_key("A13", "area", area): 1, scope_key("A01", "area", "XX001"): 1}
        answer = plan(inputs, Scenario(question="by_hand", units=typed, stance_overrides=SUPPORT))
        assert next(line for line in answer.lines if line.intervention == "C06").start_month == start
        assert next(line for line in answer.lines if line.intervention == "C06").scope == Scope(kind="country", id="XXX")
