"""Prices and structures from a CSV file: every fault has its line, the good rows are kept."""

from __future__ import annotations

import pytest

from data.catalogue_tables import catalogue
from data.errors import DataError
from data.workspace import entries, entry_file
from data.workspace.scorecard import ELEMENTS, LEVELS, check_score, items
from tests.workspace.conftest import AWA

KNOWN = ["A16", "A17"]


def test_good_rows_are_kept_and_the_others_have_a_sentence(engine):
    text = "\ufeffintervention;low;mode;high;evidence\nA16;1 000;2000,5;3\u202f000;devis\nA99;1;2;3;\nA17;0;0;0;\nA17;cher;2;3;\n"
    found = entry_file.rows_of(text.encode(), "price", "COD", KNOWN)
    assert [english for _, english in found.wrong] == ["Row 3: the intervention “A99” is unknown."] and found.lines == [2, 4, 5]
    kept, refused = entries.enter_all(engine, AWA, "price", found.rows)
    assert len(kept) == 1
    assert all("above 0" in error.message_en for _, error in refused) and len(refused) == 2
    row = entries.current(engine, AWA, "price", "COD").iloc[0]
    assert (row["low"], row["mode"], row["high"], row["evidence"]) == (1000.0, 2000.5, 3000.0, "devis")


def test_structures_are_read_the_same_way(engine):
    text = b"intervention,scope_kind,scope_id,units\nA16,area,CD61,3\nA17,area,CD61,many\nA17,area,CD61,\nA16,area,CD99,1\nA16,village,CD61,1\n"
    found = entry_file.rows_of(text, "structure", "COD", KNOWN, {"area": {"CD61"}, "country": {"COD"}})
    assert found.wrong == [
        ("Ligne 5 : le lieu « CD99 » est inconnu (area).", "Row 5: the place “CD99” is unknown (area)."),
        ("Ligne 6 : « village » n'est pas un genre de lieu ; il faut area, country.", "Row 6: “village” is no kind of place; it takes area, country."),
    ]
    kept, refused = entries.enter_all(engine, AWA, "structure", found.rows)
    assert len(kept) == 1
    assert [error.message_fr for _, error in refused] == [
        "« many » n'est pas une valeur possible pour « nombre » : il faut un nombre entier, 0 ou plus.",
        "« nombre » manque : il faut un nombre entier, 0 ou plus.",
    ]
    assert entries.current(engine, AWA, "structure", "COD")["units"].to_list() == [3]


@pytest.mark.parametrize(
    ("data", "says"), [(b"a,b\n1,2\n", "columns intervention, low, mode, high"), (b"\xff\xfe", "UTF-8"), (b"", "columns"), (b"x" * 5_000_000, "4 MB")]
)
def test_what_is_no_such_table_is_said(data, says):
    with pytest.raises(DataError, match=says):
        entry_file.rows_of(data, "price", "COD", KNOWN)


def test_too_many_rows_are_refused():
    with pytest.raises(DataError, match="50000"):
        entry_file.rows_of(b"intervention,low,mode,high\n" + b"A16,1,2,3\n" * 60_000, "price", "COD", KNOWN)


def test_the_scorecard_has_its_elements_and_levels_and_every_indicator_a_person_can_assess():
    table, indicators = items(), catalogue().indicators
    assert set(table["element"]) == set(ELEMENTS) and set(table["level"]) == set(LEVELS)
    assert set(table.index) == set(indicators.index[indicators["origin"] == "assessed"])
    services = set(table.index[table["element"] == "services"])
    assert {"SV8", "PS1"} <= services and set(indicators.loc[list(services), "axis"]) == {"capacity"}


@pytest.mark.parametrize(
    ("indicator", "good", "bad"), [("CO1", 0.5, 0.7), ("AC2", 100, 101), ("AC3", 4, 5), ("AC4", 3, -1), ("SV11", -0.5, -2), ("EC1", -20, 101)]
)
def test_each_item_knows_its_scale(indicator, good, bad):
    check_score(catalogue().indicators, indicator, good)
    with pytest.raises(DataError, match="no possible score"):
        check_score(catalogue().indicators, indicator, bad)
