"""Every number can be asked why: each intervention of each country, in both languages, from source rows to cost."""

import re

import pytest

from analytics.assessment import assess
from analytics.compute import plan
from analytics.explain import explain
from analytics.scenario import Scenario
from data.planning import plan_inputs
from data.store import open_store
from ui.explanation import sentences


@pytest.mark.parametrize(("country", "level"), [("COD", 1), ("CAF", 2), ("CAF", 1), ("AFG", 1)])
def test_every_intervention_is_explained_in_both_languages(page_store, country, level):
    with open_store(page_store) as store:
        inputs = plan_inputs(store, country, level)
    scenario = Scenario(question="budget", budget=20_000_000)
    known = assess(inputs, scenario)
    answer = plan(inputs, scenario, known)
    first = {}
    for candidate in known.found:
        first.setdefault((candidate.code, candidate.kind, candidate.fires), candidate)
    for candidate in first.values():
        chain = explain(inputs, scenario, known, answer, candidate.code, candidate.kind, candidate.scope)
        for language in ("fr", "en"):
            text = "\n".join(sentences(chain, inputs, language))
            assert "{" not in text and "None" not in text and not re.search(r"\bnan\b|<NA>", text)


def test_the_chain_of_a_line_ends_in_its_cost_and_names_its_rows(page_store):
    with open_store(page_store) as store:
        inputs = plan_inputs(store, "COD", 1)
    scenario = Scenario(question="target")
    known = assess(inputs, scenario)
    answer = plan(inputs, scenario, known)
    line = next(line for line in answer.lines if line.intervention == "A18" and line.pcode == "CD61")
    chain = explain(inputs, scenario, known, answer, "A18", "area", "CD61")
    cost = chain.steps[-1]
    assert cost.figures["units"] * cost.figures["price"] == pytest.approx(line.cost)
    gap = next(step for step in chain.steps if step.key == "gap" and step.sector == "HOU")
    cell = next(area for area in answer.areas if area.pcode == "CD61").sectors["HOU"]
    assert gap.figures["persons"] == cell.gap
    assert any("#" in source for step in chain.steps for source in step.sources)
