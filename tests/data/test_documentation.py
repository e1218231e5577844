"""docs/data.md says what is there: every table of the store, every catalogue table that decides something, every size."""

from __future__ import annotations

from pathlib import Path

from data.building import EMBEDDED
from data.catalogue_tables import embedded_files, records, table
from data.queries import countries, indicator_definitions
from data.store import Store

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "data.md").read_text(encoding="utf-8")


def test_every_table_is_documented(store: Store) -> None:
    names = set(store.frame("SELECT table_name FROM duckdb_tables()")["table_name"])
    facts = {path.stem for path in EMBEDDED.glob("*.parquet")}
    assert facts <= names
    for name in facts | {"country"} | {n for n in names if n.startswith("cube_")}:
        short = name.removeprefix("cube_return")
        assert f"`{name}`" in DOCUMENT or f"`{short}`" in DOCUMENT, name


def test_every_column_of_the_facts_is_documented(store: Store) -> None:
    columns = store.frame("SELECT table_name, column_name FROM duckdb_columns()")
    for name in ("area", "return_flow", "indicator_value", "partner_activity"):
        row = next(line for line in DOCUMENT.splitlines() if line.startswith(f"| `{name}`"))
        for column in columns.loc[columns["table_name"] == name, "column_name"]:
            assert column in row, f"{name}.{column}"


def test_every_code_of_an_issue_has_its_sentence(store: Store) -> None:
    used = set(store.frame("SELECT DISTINCT code FROM import_issue")["code"])
    assert used <= set(table("issue_messages")["code"])


def test_every_file_read_has_a_declared_source_and_country() -> None:
    declared = set(table("sources")["source_id"])
    assert {one.source_id for one in embedded_files()} == declared
    iso3 = {row["iso3"] for row in records("countries")}
    assert {one.iso3 for one in embedded_files()} <= iso3 | {"*"}


def test_every_word_of_a_category_maps_to_one_the_method_knows() -> None:
    assert set(table("beneficiary_types")["beneficiary_type"]) <= {"returnees", "everyone", "host", "unspecified", "other"}
    assert set(table("organisation_types")["recipient_type"]) <= {"public", "private", "civil", "international", "unknown"}
    assert set(table("activity_status")["status"]) <= {"ongoing", "planned", "completed", "unknown"}
    named = table("beneficiary_types").set_index("label")["names_returnees"] == "1"
    assert (table("beneficiary_types").set_index("label")["beneficiary_type"].isin(["returnees", "everyone"]) == named).all()


def test_indicators_of_the_store_are_those_of_the_catalogue(store: Store) -> None:
    assert set(store.frame("SELECT DISTINCT indicator FROM indicator_value")["indicator"]) <= set(indicator_definitions(store).index)
    context = indicator_definitions(store).loc[["CX1", "CX2"]]
    assert set(context["axis"]) == {"context"}
    assert len(countries(store)) == len(records("countries"))
