"""No cell without an answer: every intervention in every scope of the Democratic Republic of the Congo, whatever the question, in both languages."""

import re

import pytest

from analytics.assessment import assess
from analytics.compute import plan
from analytics.explain import explain
from analytics.problem import problem
from analytics.scenario import scenario_from
from data.planning import plan_inputs
from data.store import open_store
from ui.explanation import sentences

TIED = {
    "question": "budget",
    "budget": 8e6,
    "earmarks": [{"donor": "Health fund", "amount": 3e6, "sectors": ["HEA", "PSY"]}, {"donor": "Area fund", "amount": 3e6, "areas": ["CD54"]}],
    "floors": {"CD61": 0.24, "CD10": 0.3},
    "caps": {"A09": 4, "A16": 12},
}
RAW = re.compile(r"\b[A-D]\d\d\b|\bCD\d\d\b|\b(EMP|EDU|HEA|PSY|HOU|JUS|SOP|FIN)\b|\b(EC|SV|SO|PS|CO|PO|AC)\d+\b|\b(area|corridor|sector|programme):\S")
"""Codes that only the machine uses."""
AWKWARD = {
    "fr": re.compile(r"\b1 (unités|personnes|activités|lignes|autres)\b|\d,\d{3}|\b(the|of|and|is|are|people|units?)\b|  "),
    "en": re.compile(r"\b1 (units|people|activities|rows)\b|\d\.\d{3}|\b(le|les|des|une|est|sont|personnes)\b|  "),
}
"""A plural of one, needless decimals, words of the other language, a hole in a sentence."""
WITHOUT_TEXT = re.compile(r"\{|\bNone\b|\bnan\b|<NA>|explain\.|plan\.reason|inf\b")


def clean(text, language):
    """Whether a chain reads as sentences; titles and publishers are what their publishers call them."""
    alone = re.sub(r"source ?: .*", "", text.replace("\u00a0", " "))
    return not WITHOUT_TEXT.search(alone) and not RAW.search(alone) and not AWKWARD[language].search(alone)


@pytest.fixture(scope="module")
def congo(page_store):
    with open_store(page_store) as store:
        return plan_inputs(store, "COD", 1)


@pytest.mark.parametrize(("asked", "every"), [(TIED, 1), ({"question": "target"}, 1), ({"question": "in_place"}, 12)], ids=["tied", "target", "today"])
def test_every_intervention_in_every_scope_has_its_reason_in_both_languages(congo, asked, every):
    scenario = scenario_from(asked)
    known = assess(congo, scenario)
    answer, task = plan(congo, scenario, known), problem(congo, scenario, known.found, known.needs)
    named = set()
    for number, candidate in enumerate(known.found[::every]):
        chain = explain(congo, scenario, known, answer, candidate.code, candidate.kind, candidate.scope, task)
        limits = [step.key for step in chain.steps if step.key.startswith("limit.")]
        assert len(limits) == 1
        named.add(limits[0])
        zero = "limit.in_place" if asked["question"] == "in_place" else None
        assert zero is None or limits == [zero]
        if number % 3:  # every limit is asked for, every third chain is read
            continue
        said = {language: "\n".join(sentences(chain, congo, language)) for language in ("fr", "en")}
        for language, text in said.items():
            assert clean(text, language), text
        assert said["fr"] != said["en"]
        assert ("Why zero" in said["en"]) <= (chain.line is None)
    assert len(named) >= (1 if asked["question"] == "in_place" else 4)


SET = {
    "planner": {"base_method": "planner", "planner_returns": {"CD61": {"internal": 12000}}, "host_share": 0, "eligible": {"EMP": 0.25, "EDU": 1.0}},
    "smoothed": {"base_method": "smoothing", "count_abroad": False, "m_internal": 0.8, "distinct_share": 0.9},
    "last": {"base_method": "last", "host_multipliers": {"ZMB": 1.4}, "horizon_months": 12},
    "strict": {"unassessed": "strict", "mixed": "inclusion", "spread_not_placed": "always"},
    "by hand": {"question": "by_hand", "caps": {"A08": 2}, "units": {"A08@area:CD10": 3, "C06@country:COD": 1, "A16@area:CD61": 1, "A08@area:CD61": 1}},
    "override": {"stance_overrides": {"CD61": {"stance": "inclusion", "reason": "Mission 2027"}, "CD10": {"stance": "watch", "reason": "Mission 2027"}}},
    "all watched": {"question": "target", "cut_capacity": 0, "cut_returns": 0, "cut_needs": 0},
}


@pytest.mark.parametrize("settings", SET.values(), ids=SET)
def test_whatever_a_scenario_sets_its_chains_read_as_sentences_in_both_languages(congo, settings):
    scenario = scenario_from({"question": "budget", "budget": 5e6} | settings)
    known = assess(congo, scenario)
    answer, task = plan(congo, scenario, known), problem(congo, scenario, known.found, known.needs)
    for candidate in known.found:
        if candidate.kind != "area" or candidate.scope in ("CD61", "CD10", "CD20"):
            chain = explain(congo, scenario, known, answer, candidate.code, candidate.kind, candidate.scope, task)
            said = {language: "\n".join(sentences(chain, congo, language)) for language in ("fr", "en")}
            assert all(clean(text, language) for language, text in said.items()), said


def limit(congo, code, pcode, **asked):
    scenario = scenario_from({"question": "budget", "budget": 5e6} | asked)
    known = assess(congo, scenario)
    answer = plan(congo, scenario, known)
    return next(step for step in explain(congo, scenario, known, answer, code, "area", pcode).steps if step.key.startswith("limit."))


def test_the_limit_named_is_the_one_that_was_set(congo):
    assert limit(congo, "A16", "CD61", caps={"A16": 0}).figures == {"limit": 0}
    assert limit(congo, "A18", "CD61", question="by_hand", units={"A18@area:CD61": 3}).key == "limit.by_hand"
    assert limit(congo, "A18", "CD54", question="by_hand", units={"A18@area:CD61": 3}).key == "limit.none_by_hand"
    assert limit(congo, "A18", "CD61", horizon_months=6).key == "limit.lead_time"
    assert limit(congo, "A18", "CD61", stance_overrides={"CD61": {"stance": "watch", "reason": "for the test"}}).key == "limit.stance"
    nobody = {"base_method": "planner", "planner_returns": {"CD61": {"abroad": 0, "internal": 0}}}
    assert limit(congo, "A18", "CD61", **nobody).key == "limit.nobody"
    donor = {"donor": "Elsewhere", "amount": 5e6, "areas": ["CD54"]}
    assert limit(congo, "A18", "CD61", earmarks=[donor]).key == "limit.earmark"
    assert limit(congo, "A16", "CD61", question="target", target=0.21).key in ("limit.target", "limit.quantity", "limit.gap")
