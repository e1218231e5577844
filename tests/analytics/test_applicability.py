"""Which interventions apply (METHOD 5): the deciding trigger, what is assumed, and what strictness leaves out."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from analytics.applicability import Candidate
from analytics.assessment import assess
from analytics.compute import plan
from analytics.inputs import PlanInputs
from analytics.scenario import Scenario, StanceOverride
from tests.analytics.strategies import indicator, only, returned, scenarios, with_rows, worlds
from tests.analytics.world import frame, world

AREA = "XX000"
SUPPORT = {f"XX00{n}": StanceOverride(stance="support", reason="for the test") for n in range(2)}


def found(inputs: PlanInputs, scenario: Scenario, code: str, scope: str = AREA) -> Candidate:
    return next(c for c in assess(inputs, scenario).found if (c.code, c.scope) == (code, scope))


def silent(areas: int = 2) -> PlanInputs:
    return world(areas, 1, partners=False, indicators=0.0)


def test_the_largest_shortfall_among_assessed_triggers_decides() -> None:
    inputs = with_rows(silent(), "indicators", [indicator(AREA, "SV7", 60.0), indicator(AREA, "SV5", 70.0)])
    desk = found(inputs, Scenario(stance_overrides=SUPPORT), "A18")
    assert (desk.trigger, desk.shortfall, desk.fires, desk.assumed, set(desk.missing)) == ("SV5", 0.7, True, False, {"SV8", "SO6"})
    assert not found(inputs, Scenario(stance_overrides=SUPPORT, trigger_level=0.7), "A18").fires


def test_a_known_trigger_that_is_met_silences_assumptions_about_the_others() -> None:
    inputs = with_rows(silent(), "indicators", [indicator(AREA, "SV7", 100.0)])
    assert not found(inputs, Scenario(stance_overrides=SUPPORT), "A18").fires


def test_unassessed_triggers_are_assumed_and_flagged_or_strictly_left_out() -> None:
    for adequacy, fires in ((0.4, True), (0.6, False)):
        grant = found(silent(), Scenario(stance_overrides=SUPPORT, assumed_adequacy=adequacy, assumed_need=0.2), "A12")
        assert grant.assumed and grant.fires == fires
    for need, fires in ((0.5, True), (0.4, False)):
        stigma = found(silent(), Scenario(stance_overrides=SUPPORT, assumed_need=need), "D08", "XXX")  # its triggers are needs alone
        assert stigma.assumed and stigma.shortfall == need and stigma.fires == fires
    strict = found(silent(), Scenario(stance_overrides=SUPPORT, unassessed="strict"), "A12")
    assert strict.assumed and not strict.fires and strict.shortfall is None


def test_pressure_is_never_assumed() -> None:
    inputs = silent()
    nowhere = replace(inputs, areas=inputs.areas.assign(population=float("nan")))
    centre = found(nowhere, Scenario(stance_overrides=SUPPORT, assumed_adequacy=0.0), "A10")
    assert centre.assumed and centre.trigger in ("SV11", "CO4")
    pressure_only = found(nowhere, Scenario(stance_overrides=SUPPORT, assumed_adequacy=0.0), "C04", "XXX")
    assert pressure_only.trigger == "R6" and not pressure_only.assumed
    alone = replace(nowhere, hosts=nowhere.hosts.iloc[:0])
    assert not found(alone, Scenario(stance_overrides=SUPPORT, assumed_adequacy=0.0), "C04", "XXX").fires


def test_strict_plans_rest_on_no_assumed_trigger_and_say_what_to_assess_first() -> None:
    inputs = with_rows(silent(), "indicators", [indicator(AREA, "SV7", 10.0), indicator("XXX", "CO1", 0.0)])
    strict, assume = (plan(inputs, Scenario.model_validate({"question": "target", "unassessed": how})) for how in ("strict", "assume"))
    fired = {line.intervention for line in strict.lines if line.reason.startswith("trigger:")}
    assert fired and not fired & {row.intervention for row in strict.assess_first if row.scope.kind != "area"}
    assert {(r.intervention, r.scope.id) for r in strict.assess_first} == {(r.intervention, r.scope.id) for r in assume.assess_first}
    assert all(row.missing for row in strict.assess_first)
    assert strict.totals.cost < assume.totals.cost
    hanging = sum(row.cost for row in assume.assess_first)
    assert 0 < hanging <= assume.totals.cost


def test_what_strictness_leaves_out_would_cost_no_more_than_what_does_not_stand_yet() -> None:
    strict = Scenario(question="target", unassessed="strict", stance_overrides=SUPPORT)
    stands = {"intervention": "B01", "scope_kind": "country", "scope_id": "XXX", "units": 1, "quality": "observed", "source_id": "visit"}
    hangs = [
        next(row for row in plan(inputs, strict).assess_first if row.intervention == "B01")
        for inputs in (silent(), replace(silent(), in_place=frame("in_place", [stands])))
    ]
    assert [row.cost for row in hangs] == [80_000, 0] and hangs[0].persons > 0 == hangs[1].persons
    assert hangs[0].missing == hangs[1].missing == ["CO1"]


def test_what_any_stance_allows_needs_one_area_that_is_not_watched() -> None:
    """`any` reads alike in an area and in the country (METHOD 5)."""
    inputs = with_rows(silent(), "indicators", [indicator(AREA, "CO2", 0.0), indicator("XX001", "CO2", 0.0)])
    table = inputs.catalogue.interventions.copy()
    table.at["B02", "stances"] = ("any",)
    inputs = replace(inputs, catalogue=replace(inputs.catalogue, interventions=table))
    watch = StanceOverride(stance="watch", reason="for the test")
    for stances, fires in (({AREA: watch, "XX001": SUPPORT[AREA]}, True), ({AREA: watch, "XX001": watch}, False)):
        assert found(inputs, Scenario(stance_overrides=stances), "B02").fires == fires == found(inputs, Scenario(stance_overrides=stances), "B01", "XXX").fires


def test_the_stance_decides_what_an_area_may_be_given() -> None:
    inputs = with_rows(silent(), "indicators", [indicator(AREA, "SV7", 0.0), indicator(AREA, "SO1", 0.0)])
    allowed = {
        stance: {c.code for c in assess(inputs, Scenario(stance_overrides={AREA: StanceOverride(stance=stance, reason="test")})).found
                 if c.scope == AREA and c.fires}
        for stance in ("support", "inclusion", "watch")
    }  # fmt: skip
    assert allowed["watch"] == {"A01"}
    assert {"A13", "B05"} <= allowed["inclusion"] < allowed["support"] and "A18" in allowed["support"] - allowed["inclusion"]


def test_where_every_area_is_watched_nothing_national_is_planned() -> None:
    quiet = only(silent(), "returns", [returned(AREA, 2025, "internal", 0.0)])
    assert not any(c.fires for c in assess(quiet, Scenario()).found if c.kind != "area")


@given(worlds, scenarios)
def test_each_driver_asks_for_its_number(inputs: PlanInputs, scenario: Scenario) -> None:
    known = assess(inputs, scenario)
    gaps = known.needs.gap.fillna(0)
    by_code: dict[str, list[Candidate]] = {}
    for candidate in known.found:
        by_code.setdefault(candidate.code, []).append(candidate)
    assert [c.scope for c in by_code["C01"]] == ["AAA", "BBB"]  # CCC sends 2 %
    assert {c.scope for c in by_code["B03"]} == {s for s in gaps.columns if gaps[s].sum() > 0}
    assert {c.scope for c in by_code["D05"]} <= {"SOP", "HEA", "EDU"}
    assert [c.kind for c in by_code["A04"]].count("country") == 1 and len(by_code["A04"]) == len(inputs.areas) + 1
    expected = float(known.returns.areas["total"].sum())
    assert by_code["C04"][0].required == -(-expected // 20_000)
    for centre in by_code["A16"]:
        largest = max(gaps.at[centre.scope, "PSY"], gaps.at[centre.scope, "HEA"])
        assert centre.upper is not None and 0 <= centre.upper - largest / 300 < 1
    for centre in by_code["A10"]:
        assert centre.upper is not None and 0 <= centre.upper - known.returns.areas.at[centre.scope, "total"] / 750 < 1


def test_what_stands_already_is_not_bought_again_and_costs_no_time() -> None:
    inputs = with_rows(silent(), "indicators", [indicator(AREA, "SV7", 0.0)])
    rows = [
        {"intervention": "A01", "scope_kind": "country", "scope_id": "XXX", "units": 1, "quality": "observed", "source_id": "visit"},
        {"intervention": "A06", "scope_kind": "area", "scope_id": AREA, "units": 1, "quality": "observed", "source_id": "visit"},
    ]
    before, after = (
        plan(one, Scenario(question="target", stance_overrides=SUPPORT))
        for one in (replace(silent(), indicators=inputs.indicators), replace(inputs, in_place=frame("in_place", rows)))
    )
    held = {(line.intervention, line.scope.id) for line in after.lines}
    assert ("A01", "XXX") not in held and ("A06", AREA) not in held
    start = {which.totals.cost: next(x.start_month for x in which.lines if (x.intervention, x.pcode) == ("A18", AREA)) for which in (before, after)}
    assert list(start.values()) == [4.0, 0.0]
    assert after.totals.conditions == before.totals.conditions == after.totals.conditions_met
