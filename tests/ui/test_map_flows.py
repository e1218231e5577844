"""Returns in relief: three figures side by side, never joined, nothing asked for outside."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from ui.language import speaking
from ui.map_files import GEO_DIR
from ui.map_flows import STYLE, deck, flows, takeaway

HOSTS = pd.DataFrame({"host_iso3": ["AGO", "ZMB", "UNK", "RWA"], "name": ["Angola", "Zambie", "Inconnu", "Rwanda"], "persons": [400.0, 100, 900, np.nan]})
AREAS = pd.DataFrame(
    {"name": ["Ituri", "Kasaï", "Lomami"], "lon": [29.0, 21, 25], "lat": [1.5, -5, -6], "persons": [50.0, 0, np.nan], "facilities": [9.0, np.nan, 0]},
    index=pd.Index(["CD54", "CD81", "CD82"], name="pcode"))


def test_only_figures_that_exist_are_drawn_and_an_unknown_origin_is_counted() -> None:
    shown = flows(HOSTS, AREAS)
    assert list(zip(shown.rows["layer"], shown.rows["code"], shown.rows["value"], strict=True)) == [
        ("host", "AGO", 400.0), ("host", "ZMB", 100.0), ("area", "CD54", 50.0), ("facilities", "CD54", 9.0)]
    assert shown.unplaced == 1


def test_a_facility_stands_where_it_is_and_an_area_with_counts_alone_keeps_one_point() -> None:
    places = pd.DataFrame({"name": ["Bunia", None, "Nobody's"], "lon": [30.2, 30.3, 0], "lat": [1.5, 1.6, 0], "pcode": ["CD54", "CD54", "XX"]})
    shown = flows(HOSTS, AREAS.assign(facilities=[9.0, 4, 0]), places)
    facilities = shown.rows[shown.rows["layer"].str.startswith("facilit")]
    assert list(zip(facilities["layer"], facilities["code"], facilities["value"], facilities["lon"], strict=True)) == [
        ("facilities", "CD81", 4.0, 21.0), ("facility", "CD54", 1.0, 30.2), ("facility", "CD54", 1.0, 30.3)]
    written = json.loads(deck(shown, "app/static/geo/x.json").to_json())
    assert next(layer for layer in written["layers"] if layer["id"] == "facility")["data"][0] == {"at": [30.2, 1.5], "name": "Bunia", "text": "Ituri"}
    counted = shown.told[shown.told["layer"] == "facilities"]
    assert list(zip(counted["name"], counted["value"], strict=True)) == [("Kasaï", 4.0), ("Ituri", 2.0)]


def test_a_withheld_figure_has_no_row_and_is_counted() -> None:
    shown = flows(HOSTS.assign(persons_protected=HOSTS["persons"].isna()), AREAS.assign(protected=[False, False, True]))
    assert "RWA" not in set(shown.rows["code"])
    assert shown.withheld == 2


def test_an_arc_four_times_the_persons_is_twice_as_much_wider_and_ends_where_the_country_is() -> None:
    written = json.loads(deck(flows(HOSTS, AREAS), "app/static/geo/x.json").to_json())
    arcs = next(layer for layer in written["layers"] if layer["id"] == "host")["data"]
    wide, narrow = (row["size"] - 1.5 for row in arcs)
    assert wide == pytest.approx(2 * narrow)
    assert all(row["to"] == pytest.approx([25.0, -19 / 6]) for row in arcs)


def test_the_relief_asks_for_nothing_outside() -> None:
    written = deck(flows(HOSTS, AREAS), "app/static/geo/x.json").to_json()
    assert "http" not in written
    assert json.loads(written)["mapStyle"] == STYLE
    style = json.loads((GEO_DIR.parent / "blank.json").read_text())
    assert (style["sources"], style["layers"]) == ({}, [])


def test_the_takeaway_names_the_largest_and_a_year_without_figures_says_what_to_do() -> None:
    with speaking("en"):
        assert "first Angola, 400 people" in takeaway(flows(HOSTS, AREAS), 2025).replace("\u00a0", " ")
        assert "Choose another year" in takeaway(flows(HOSTS.head(0), AREAS.assign(persons=np.nan, facilities=np.nan)), 2025)
