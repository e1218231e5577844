"""What screens ask: known figures, unknown shown as unknown, no cell of host x place."""

from __future__ import annotations

import json

import pytest
import shapely

import data.queries as queries
from data.errors import UnknownCountry, UnknownLevel
from data.store import Store

COUNTRIES = ["COD", "CAF", "AFG"]


def test_rdc_opens_first_and_in_french(store: Store) -> None:
    listed = queries.countries(store)
    assert list(listed["iso3"]) == COUNTRIES
    assert listed["default_language"].iloc[0] == "fr"
    assert listed["levels"].tolist() == [(1,), (1, 2), (1,)]


@pytest.mark.parametrize("iso3", COUNTRIES)
def test_unknown_sex_and_age_are_categories_and_never_zero(store: Store, iso3: str) -> None:
    composition = queries.returns_composition(store, iso3)
    assert (composition["persons"] > 0).all()
    for kind, part in composition.groupby("kind"):
        total = queries.returns_by_year(store, iso3).set_index(["year", "kind"]).at[(2025, kind), "persons"]
        assert part["persons"].sum() == total
        assert part["share"].sum() == pytest.approx(1)
    internal = composition[composition["kind"] == "internal"]
    if iso3 == "COD":
        assert internal[["sex", "age_band"]].to_numpy().tolist() == [["unknown", "unknown"]]
        assert not internal["known"].any()


def test_home_office_returns_are_a_source_of_their_own(store: Store) -> None:
    uk = queries.uk_returns(store, "AFG")
    assert set(uk["source_id"]) == {"home_office_returns"}
    assert uk.loc[uk["year"] == 2009, "persons"].sum() == 5340
    assert "home_office_returns" not in set(queries.returns_by_host(store, "AFG")["source_id"])
    assert "home_office_returns" not in set(queries.returns_by_year(store, "AFG")["source_id"])


def test_hosts_and_places_are_never_crossed(store: Store) -> None:
    crossed = store.frame("SELECT count(*) AS n FROM return_flow WHERE host_iso3 IS NOT NULL AND place_level > 0")
    assert crossed["n"].iloc[0] == 0
    assert "pcode" not in queries.returns_by_host(store, "COD").columns
    assert "host_iso3" not in queries.returns_by_place(store, "COD").columns


def test_host_countries_have_names(store: Store) -> None:
    for iso3 in COUNTRIES:
        hosts = queries.returns_by_host(store, iso3)
        assert (hosts["host_name_fr"] != hosts["host_iso3"]).all()
    assert "Pakistan" in set(queries.returns_by_host(store, "AFG")["host_name_fr"])


@pytest.mark.parametrize(("iso3", "level"), [("COD", 1), ("COD", 2), ("CAF", 1), ("CAF", 2), ("AFG", 1)])
def test_indicator_values_carry_quality_and_where_they_come_from(store: Store, iso3: str, level: int) -> None:
    values = queries.indicator_values(store, iso3, level)
    areas = queries.areas(store, iso3, level)
    assert set(values["pcode"]) <= set(areas.index)
    assert not values.duplicated(["pcode", "indicator"]).any()
    taken = values[values["pcode"] != values["from_pcode"]]
    assert set(taken["quality"]) <= {"inherited", "estimated"}
    assert values["value"].notna().all() and values["period_end"].notna().all()
    if (iso3, level) == ("COD", 2):
        mpi = values[(values["indicator"] == "SV5") & (values["pcode"] == "CD6103")].iloc[0]
        assert mpi["from_pcode"] == "CD61" and mpi["quality"] == "inherited"


@pytest.mark.parametrize(("iso3", "level", "number"), [("COD", 1, 26), ("COD", 2, 189), ("CAF", 1, 17), ("CAF", 2, 72), ("AFG", 1, 34)])
def test_geometry_is_valid_clockwise_and_shares_its_borders(store: Store, iso3: str, level: int, number: int) -> None:
    collection = queries.geometry(store, iso3, level)
    shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in collection["features"]]
    assert len(shapes) == number
    assert all(shapely.is_valid(shape) for shape in shapes)
    assert shapely.coverage_is_valid(shapes)
    for shape in shapes:
        for part in getattr(shape, "geoms", [shape]):
            assert not part.exterior.is_ccw
    numbers = shapely.get_coordinates(shapes)
    assert abs(numbers - numbers.round(4)).max() == 0
    assert len(collection["content_hash"]) == 16


@pytest.mark.parametrize("iso3", ["COD", "CAF"])
def test_provinces_are_the_union_of_their_parts(store: Store, iso3: str) -> None:
    coarse = {f["id"]: shapely.from_geojson(json.dumps(f["geometry"])) for f in queries.geometry(store, iso3, 1)["features"]}
    parents = queries.areas(store, iso3, 2)["parent"]
    fine: dict[str, list[shapely.Geometry]] = {}
    for feature in queries.geometry(store, iso3, 2)["features"]:
        fine.setdefault(parents[feature["id"]], []).append(shapely.from_geojson(json.dumps(feature["geometry"])))
    for pcode, shape in coarse.items():
        assert shapely.union_all(fine[pcode]).symmetric_difference(shape).area < 1e-9


def test_simplified_areas_keep_their_size_and_their_label_point(store: Store) -> None:
    for iso3, level in (("COD", 2), ("CAF", 2), ("AFG", 1)):
        areas = queries.areas(store, iso3, level)
        for feature in queries.geometry(store, iso3, level)["features"]:
            shape = shapely.from_geojson(json.dumps(feature["geometry"]))
            assert shape.area > 0
            assert shape.intersects(shapely.Point(areas.at[feature["id"], "lon"], areas.at[feature["id"], "lat"]).buffer(1e-3))


def test_coverage_counts_exact_duplicates_once(store: Store) -> None:
    matrix = queries.coverage_matrix(store, "COD")
    assert matrix["activities"].sum() == 4343 - 390
    assert matrix["organisation"].nunique() == 249
    assert queries.coverage_matrix(store, "CAF").empty
    exact = queries.possible_duplicates(store, "COD")
    assert (exact["reason"] == "exact").sum() == 390


def test_sectors_without_a_partner_are_said_only_where_a_cluster_could_show_one(store: Store) -> None:
    partners = queries.partners_by_sector(store, "COD").set_index("sector")
    assert partners.at["HEA", "mapped"] and partners.at["HEA", "organisations"] > 0
    assert not partners.at["EMP", "mapped"] and partners.at["EMP", "organisations"] == 0
    assert queries.partners_by_sector(store, "AFG").empty


def test_gaps_say_what_is_missing(store: Store) -> None:
    gaps = queries.data_gaps(store, "AFG").set_index(["topic", "code"])
    assert gaps.at[("facilities", ""), "areas_missing"] == 34
    assert gaps.at[("activities", ""), "areas_missing"] == 34
    assert gaps.at[("indicator", "EC6"), "areas_missing"] == 0
    assert gaps.at[("indicator", "PS2"), "areas_known"] == 0


@pytest.mark.parametrize("iso3", COUNTRIES)
def test_every_source_has_licence_period_and_what_was_changed(store: Store, iso3: str) -> None:
    listed = queries.sources(store, iso3)
    for column in ("publisher", "title_fr", "title_en", "licence", "period", "url", "sha256", "changes_fr", "changes_en"):
        assert listed[column].str.len().gt(0).all(), column
    assert set(queries.indicator_values(store, iso3)["source_id"]) <= set(listed["source_id"])


def test_issues_are_sentences_in_both_languages(store: Store) -> None:
    for iso3 in COUNTRIES:
        issues = queries.import_issues(store, iso3)
        assert not issues.empty
        for language in ("fr", "en"):
            text = issues[f"message_{language}"]
            assert not text.str.contains(r"\{|\}|<NA>|nan", regex=True).any()
    obsolete = queries.import_issues(store, "COD").query("code == 'obsolete_pcode'")
    assert obsolete["message_fr"].str.contains("CD3107").all() and obsolete["message_fr"].str.startswith("Ligne ").all()


def test_notes_of_the_country_and_of_all(store: Store) -> None:
    notes = queries.notes(store, "COD").set_index("key")
    assert "mai 2025" in notes.at["activities", "note_fr"]
    assert "Nations Unies" in notes.at["boundaries", "note_fr"]


def test_errors_name_what_exists(store: Store) -> None:
    with pytest.raises(UnknownCountry):
        queries.returns_by_year(store, "ZZZ")
    with pytest.raises(UnknownLevel, match="1"):
        queries.geometry(store, "AFG", 2)
