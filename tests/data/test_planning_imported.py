"""Prices and structures that came in a file reach the plan: its cost changes by exactly that, and the explanation names the file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from analytics.applicability import scope_key
from analytics.assessment import assess
from analytics.compute import plan
from analytics.explain import explain
from analytics.inputs import OBSERVED
from analytics.scenario import Price, Scenario
from data.importing.provenance import EVERY_FILE, Provenance
from data.importing.run import import_files
from data.planning import plan_inputs
from data.store import Store, open_store
from data.workspace import entries
from data.workspace.actor import LOCAL
from data.workspace.planning import priced, with_entries
from data.workspace.schema import open_workspace
from ui.explanation import sentences

AREA = "CF11"
HAND = Scenario(question="by_hand", units={scope_key("A16", "area", AREA): 3})


@pytest.fixture(scope="module")
def imported(store_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """CAF with a price of 23,000 EUR for A16 and structures at every level, from two files of a named publisher."""
    work = tmp_path_factory.mktemp("imported")
    copy = work / "store"
    shutil.copytree(store_folder, copy)
    (work / "prix.csv").write_text("intervention,price low,price,price high\nA16,20000,23000,30000\n", encoding="utf-8")
    (work / "structures.csv").write_text("intervention,pcode,units\nA16,CF111,2\nA16,CF112,1\nA18,CF12,4\nB01,CAF,1\n", encoding="utf-8")
    report = import_files([work / "prix.csv", work / "structures.csv"], "CAF", folder=copy, provenance={EVERY_FILE: Provenance("Ministère du Plan", "CC0")})
    assert report.generation, report.files
    with open_store(copy) as store:
        yield store


def test_the_cost_of_a_plan_changes_by_exactly_the_imported_price(store: Store, imported: Store) -> None:
    before, after = (plan(plan_inputs(one, "CAF", 1), HAND) for one in (store, imported))
    shipped = before.lines[0].unit_price
    assert [(line.intervention, line.units, line.unit_price, line.cost) for line in after.lines] == [("A16", 3, 23_000, 69_000)]
    assert before.totals.cost - after.totals.cost == 3 * (shipped - 23_000) != 0


def test_the_programmes_own_price_outranks_the_imported_one(imported: Store) -> None:
    own = priced(HAND, {"A16": Price(low=1_000, mode=1_500, high=2_000)})
    assert plan(plan_inputs(imported, "CAF", 1), own).totals.cost == 4_500


def test_structures_stand_in_their_areas_finer_ones_summed_coarser_ones_said(imported: Store) -> None:
    at_first, at_second = plan_inputs(imported, "CAF", 1), plan_inputs(imported, "CAF", 2)
    found = {(row.intervention, row.scope_kind, row.scope_id): row.units for row in at_first.in_place.itertuples()}
    assert found == {("A16", "area", "CF11"): 3, ("A18", "area", "CF12"): 4, ("B01", "country", "CAF"): 1}
    assert set(at_first.in_place["quality"]) == {OBSERVED} and set(at_first.in_place["source_id"]) <= set(at_first.sources["source_id"])
    found = {(row.intervention, row.scope_kind, row.scope_id): row.units for row in at_second.in_place.itertuples()}
    assert found == {("A16", "area", "CF111"): 2, ("A16", "area", "CF112"): 1, ("B01", "country", "CAF"): 1}
    assert "4 imported structures are known for CF12 only" in at_second.notes["structures_above_en"] and "structures_above_en" not in at_first.notes
    assert {(one.intervention, one.pcode, one.units) for one in plan(at_first, HAND).in_place} == {("A16", "CF11", 3), ("A18", "CF12", 4), ("B01", None, 1)}


def test_structures_the_programme_entered_outrank_the_imported_ones(imported: Store, tmp_path: Path) -> None:
    engine = open_workspace(f"sqlite:///{tmp_path}/workspace.sqlite")
    entries.enter(engine, LOCAL, "structure", {"country": "CAF", "intervention": "A16", "scope_kind": "area", "scope_id": "CF11", "units": 7})
    inputs = with_entries(plan_inputs(imported, "CAF", 1), engine, LOCAL)
    found = {(row.intervention, row.scope_id): row.units for row in inputs.in_place.itertuples()}
    assert found == {("A16", "CF11"): 7, ("A18", "CF12"): 4, ("B01", "CAF"): 1}


@pytest.mark.parametrize(("language", "cost", "standing"), [
    ("fr", "au prix importé", "Structures déjà en place : 3"), ("en", "at the imported price", "Structures already in place: 3")])
def test_the_explanation_names_price_structures_and_who_published_them(imported: Store, language: str, cost: str, standing: str) -> None:
    inputs = plan_inputs(imported, "CAF", 1)
    chain = explain(inputs, HAND, assess(inputs, HAND), plan(inputs, HAND), "A16", "area", AREA)
    said = sentences(chain, inputs, language)
    for sentence in (cost, standing):
        lines = [line for line in said if sentence in line]
        assert lines and all("Ministère du Plan" in line for line in lines)
