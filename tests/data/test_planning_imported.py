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
    (work / "structures.csv").write_text("intervention,pcode,units\nA16,CF111,2\nA16,CF112,1\nA18,CF12,4\nB01,CAF,1\nC08,CAF,1\nA18,CAF,5\n", encoding="utf-8")
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
    assert found == {("A16", "area", "CF11"): 3, ("A18", "area", "CF12"): 4, ("B01", "country", "CAF"): 1, ("C08", "programme", "CAF"): 1}
    assert set(at_first.in_place["quality"]) == {OBSERVED} and set(at_first.in_place["source_id"]) <= set(at_first.sources["source_id"])
    found = {(row.intervention, row.scope_kind, row.scope_id): row.units for row in at_second.in_place.itertuples()}
    assert found == {("A16", "area", "CF111"): 2, ("A16", "area", "CF112"): 1, ("B01", "country", "CAF"): 1, ("C08", "programme", "CAF"): 1}
    # a desk (A18) stands in areas alone: five known for the country are counted in none, and said
    assert "5 imported structures are known for CAF only" in at_first.notes["structures_above_en"]
    assert "9 imported structures are known for CAF, CF12 only" in at_second.notes["structures_above_en"]
    listed = {(one.intervention, one.pcode, one.units) for one in plan(at_first, HAND).in_place}
    assert listed == {("A16", "CF11", 3), ("A18", "CF12", 4), ("B01", None, 1), ("C08", None, 1)}


def test_structures_the_programme_entered_outrank_the_imported_ones(imported: Store, tmp_path: Path) -> None:
    engine = open_workspace(f"sqlite:///{tmp_path}/workspace.sqlite")
    entries.enter(engine, LOCAL, "structure", {"country": "CAF", "intervention": "A16", "scope_kind": "area", "scope_id": "CF11", "units": 7})
    inputs = with_entries(plan_inputs(imported, "CAF", 1), engine, LOCAL)
    found = {(row.intervention, row.scope_id): row.units for row in inputs.in_place.itertuples()}
    assert found == {("A16", "CF11"): 7, ("A18", "CF12"): 4, ("B01", "CAF"): 1, ("C08", "CAF"): 1}


@pytest.mark.parametrize(("language", "cost", "standing"), [
    ("fr", "au prix importé", "Structures déjà en place\u00a0: 3"), ("en", "at the imported price", "Structures already in place: 3")])
def test_the_explanation_names_price_structures_and_who_published_them(imported: Store, language: str, cost: str, standing: str) -> None:
    inputs = plan_inputs(imported, "CAF", 1)
    chain = explain(inputs, HAND, assess(inputs, HAND), plan(inputs, HAND), "A16", "area", AREA)
    said = sentences(chain, inputs, language)
    for sentence in (cost, standing):
        lines = [line for line in said if sentence in line]
        assert lines and all("Ministère du Plan" in line for line in lines)
    rows = {"fr": ("prix.csv", "ligne 2", "structures.csv", "lignes 2, 3"), "en": ("prix.csv", "row 2", "structures.csv", "rows 2, 3")}[language]
    for sentence, (file, row) in ((cost, rows[:2]), (standing, rows[2:])):
        assert all(file in line and line.endswith(row) for line in said if sentence in line)


FILES = {
    "population.csv": "pcode,population,year\nCF11,500000,2024\nCF12,320000,2024\n",
    "returns.csv": "year,pcode,kind,persons\n2026,CF11,internal,9000\n2026,CF12,internal,4000\n2026,CF21,internal,100\n",
    "indicators.csv": "pcode,indicator,value,year\nCF11,SV7,20,2026\nCF12,SV7,40,2026\n",
    "3w.csv": "organisation,cluster,pcode,status,start,end,beneficiaries\nSecours A,Protection,CF11,ongoing,2027-01-01,2027-12-31,800\n",
}


def test_an_imported_figure_is_explained_down_to_its_file_and_row(store_folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "store"
    shutil.copytree(store_folder, copy)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    report = import_files([tmp_path / name for name in FILES], "CAF", folder=copy, provenance={EVERY_FILE: Provenance("Bureau d'étude", "CC0")})
    assert report.generation, [issue["message_en"] for one in report.files for issue in one.issues]
    with open_store(copy) as store:
        inputs = plan_inputs(store, "CAF", 1)
    scenario = Scenario(base_method="last", budget=2e6)
    known = assess(inputs, scenario)
    said = sentences(explain(inputs, scenario, known, plan(inputs, scenario, known), "A18", "area", AREA), inputs, "en")
    figures = ("Population: 500,000", "9,000 people in 2026", "civil documents: 20%", "1 activity counts")
    for figure, file in zip(figures, FILES, strict=True):
        line = next(line for line in said if figure in line)
        assert "Bureau d'étude" in line and file in line and line.endswith("row 2"), line
