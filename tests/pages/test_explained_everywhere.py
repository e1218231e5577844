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
    "fr": re.compile(r"\b1 (unités|personnes|activités|lignes)\b|\d,\d{3}|\b(the|of|and|is|are|people|units?)\b|  "),
    "en": re.compile(r"\b1 (units|people|activities|rows)\b|\d\.\d{3}|\b(le|les|des|une|est|sont|personnes)\b|  "),
}
"""A plural of one, needless decimals, words of the other language, a hole in a sentence."""
WITHOUT_TEXT = re.compile(r"\{|\bNone\b|\bnan\b|<NA>|explain\.|plan\.reason|inf\b")


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
    for candidate in known.found[::every]:
        chain = explain(congo, scenario, known, answer, candidate.code, candidate.kind, candidate.scope, task)
        limits = [step.key for step in chain.steps if step.key.startswith("limit.")]
        assert len(limits) == 1
        named.add(limits[0])
        said = {language: "\n".join(sentences(chain, congo, language)) for language in ("fr", "en")}
        assert not any(WITHOUT_TEXT.search(text) for text in said.values()), said
        for language, text in said.items():
            alone = re.sub(r"source ?: .*", "", text.replace("\u00a0", " "))  # titles and publishers are what their publishers call them
            assert not [found.group() for pattern in (RAW, AWKWARD[language]) for found in pattern.finditer(alone)], text
        assert said["fr"] != said["en"]
        zero = "limit.in_place" if asked["question"] == "in_place" else None
        assert ("Why zero" in said["en"]) <= (chain.line is None) and (zero is None or limits == [zero])
    assert len(named) >= (1 if asked["question"] == "in_place" else 4)


def limit(congo, code, pcode, **asked):
    scenario = scenario_from({"question": "budget", "budget": 5e6} | asked)
    known = assess(congo, scenario)
    answer = plan(congo, scenario, known)
    return next(step for step in explain(congo, scenario, known, answer, code, "area", pcode).steps if step.key.startswith("limit."))


def test_the_limit_named_is_the_one_that_was_set(congo):
    assert limit(congo, "A16", "CD61", caps={"A16": 0}).figures == {"limit": 0}
    assert limit(congo, "A18", "CD61", question="by_hand", units={"A18@area:CD61": 3}).key == "limit.by_hand"
    assert limit(congo, "A18", "CD61", horizon_months=6).key == "limit.lead_time"
    assert limit(congo, "A18", "CD61", stance_overrides={"CD61": {"stance": "watch", "reason": "for the test"}}).key == "limit.stance"
    nobody = {"base_method": "planner", "planner_returns": {"CD61": {"abroad": 0, "internal": 0}}}
    assert limit(congo, "A18", "CD61", **nobody).key == "limit.nobody"
    donor = {"donor": "Elsewhere", "amount": 5e6, "areas": ["CD54"]}
    assert limit(congo, "A18", "CD61", earmarks=[donor]).key == "limit.earmark"
    assert limit(congo, "A16", "CD61", question="target", target=0.21).key in ("limit.target", "limit.quantity", "limit.gap")
