"""Arrows from host countries: the largest few, in the right direction, into no area in particular."""

from __future__ import annotations

import pandas as pd

from ui.map_hosts import host_arcs, host_points

HOSTS = pd.DataFrame({
    "host_iso3": ["AGO", "UNK", "UGA", "BDI", "RWA"], "name": ["Angola", "Inconnu", "Ouganda", "Burundi", "Rwanda"],
    "persons": [52000, 90000, 31000, 0, 500]})


def test_the_countries_most_people_came_from_have_an_arrow_and_unknown_ones_do_not() -> None:
    arcs = host_arcs(HOSTS, format=lambda persons: f"{persons:.0f} personnes", most=2)
    assert [(arc.label, arc.text) for arc in arcs] == [("Angola", "52000 personnes"), ("Ouganda", "31000 personnes")]


def test_an_arrow_names_no_area_because_the_source_does_not() -> None:
    assert all(arc.pcode is None for arc in host_arcs(HOSTS, format=str))


def test_a_country_nobody_came_from_has_no_arrow() -> None:
    assert "Burundi" not in [arc.label for arc in host_arcs(HOSTS, format=str)]


def test_points_lie_on_the_globe_and_on_the_right_side_of_the_congo() -> None:
    points = host_points()
    assert all(-180 <= lon <= 180 and -60 <= lat <= 75 for lon, lat in points.values())
    congo = points["COD"]
    assert points["AGO"][1] < congo[1] < points["CAF"][1]
    assert points["COG"][0] < congo[0] < points["TZA"][0]
