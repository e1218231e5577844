"""Dirt of real files: read, mended or set aside, always said with the row."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest

from data.readers.issues import InputRefused, Issues
from data.readers.places import PlaceIndex, place_key, split_label
from data.readers.population import age_share, read_population
from data.readers.text_tables import cell_text, dates, number, numbers, read_csv_text
from data.readers.unhcr import read_demographics

AREAS = pd.DataFrame(
    [("XX01", "XXX", 1, "XXX", "Paktya"), ("XX02", "XXX", 1, "XXX", "Paktika"), ("XX03", "XXX", 1, "XXX", "Équateur"),
     ("XX0101", "XXX", 2, "XX01", "Kalemie"), ("XX0201", "XXX", 2, "XX02", "Bili"), ("XX0301", "XXX", 2, "XX03", "Bili"),
     ("XXX", "XXX", 0, "", "Country")],
    columns=["pcode", "iso3", "level", "parent", "name_fr"]).assign(name_en=lambda frame: frame["name_fr"])
ALIASES = pd.DataFrame(
    [("*", "Dispersed in the country / territory", "*", "", ""), ("XXX", "Paktia", "XX01", "", ""), ("XXX", "Equateur", "", "", "2015"),
     ("XXX", "Kalemie : Point", "XX01", "", "")],
    columns=["iso3", "label", "pcode", "valid_from", "valid_to"])
KINDS = pd.DataFrame([("province", "1"), ("admin 1", "1"), ("admin 2", "2"), ("point", "")], columns=["kind", "level"])


@pytest.fixture
def places() -> PlaceIndex:
    return PlaceIndex(AREAS, ALIASES, KINDS)


@pytest.fixture
def issues() -> Issues:
    return Issues("test", "XXX")


@pytest.mark.parametrize(("label", "year", "pcode", "how"), [
    ("Paktya : Province", 2020, "XX01", "exact"),
    ("PAKTYA [Admin 1]", 2020, "XX01", "exact"),
    ("Paktia : Province", 2020, "XX01", "alias"),
    ("Paktiya", 2020, None, "unmatched"),
    ("Equateur : Province", 2014, None, "unmatched"),
    ("Equateur : Province", 2016, "XX03", "exact"),
    ("Kalemie", 2020, "XX0101", "exact"),
    ("Kalemie [Admin 1]", 2020, None, "unmatched"),
    ("Kalemie : Point", 2020, "XX01", "alias"),
    ("Paktika : Point", 2020, None, "unmatched"),
    ("Bili [Admin 2]", 2020, None, "unmatched"),
    ("Dispersed in the country / territory", 2020, "XXX", "dispersed"),
    ("Katanga", 2020, None, "unmatched"),
])
def test_names_match_exactly_or_by_alias_and_never_by_likeness(
    places: PlaceIndex, label: str, year: int, pcode: str | None, how: str,
) -> None:
    match = places.match("XXX", label, year)
    assert (match.pcode, match.how) == (pcode, how)


def test_the_parent_tells_two_places_of_one_name_apart(places: PlaceIndex) -> None:
    assert places.match("XXX", "Bili", 2020, level=2, parent="XX03").pcode == "XX0301"


def test_a_place_of_another_country_stays_unmatched(places: PlaceIndex) -> None:
    assert places.match("YYY", "Paktya", 2020).pcode is None


def test_a_label_that_says_its_kind_twice_is_that_place(places: PlaceIndex) -> None:
    assert places.match("XXX", "Paktya Province : Province", 2020) == places.match("XXX", "Paktya : Province", 2020)
    assert places.match("XXX", "Paktya Province : Province", 2020).pcode == "XX01" and places.match("XXX", "Paktyas Province : Province", 2020).pcode is None


def test_label_styles() -> None:
    assert split_label("Nord-Kivu : Province") == ("Nord-Kivu", "province")
    assert split_label("Badghis:Wllayet - Province") == ("Badghis", "wllayet province")
    assert split_label("Kalemie [Admin 3: PRP]") == ("Kalemie", "admin 3 prp")
    assert place_key("KASAÏ-Oriental") == place_key("Kasai oriental")


@pytest.mark.parametrize(("text", "value"), [
    ("448,465", 448465.0), ("1 234 567", 1234567.0), ("12.5", 12.5), ("", None), ("-", None), ("<Null>", None), (" 7 ", 7.0),
])
def test_numbers_as_files_write_them(text: str, value: float | None) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", ["abc", "12,5,", "1,23", "inf", "12 personnes"])
def test_what_is_no_number_is_said_with_its_row(text: str, issues: Issues) -> None:
    column = pd.Series(["5", text], index=[2, 3], name="total")
    found = numbers(column, issues)
    assert found[2] == 5 and pd.isna(found[3])
    assert issues.frame()[["row_no", "value", "code"]].to_numpy().tolist() == [[3, text, "not_a_number"]]


def test_a_missing_number_stays_missing(issues: Issues) -> None:
    assert numbers(pd.Series(["", "-", "<Null>"], index=[2, 3, 4], name="x"), issues).isna().all()
    assert issues.frame().empty


def test_dates(issues: Issues) -> None:
    found = dates(pd.Series(["2025-03-01", "00:00:00", "", "2025-13-01"], index=[2, 3, 4, 5], name="start"), issues)
    assert found.notna().tolist() == [True, False, False, False]
    assert issues.frame()["row_no"].tolist() == [3, 5]


def test_a_file_with_bom_hxl_row_empty_line_and_too_many_cells(tmp_path: Path, issues: Issues) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("\ufeffname;code\n#adm1+name;#adm1+code\nLobaye;CF12\n;\nOuham;CF32;extra\n".encode())
    frame = read_csv_text(path, issues)
    assert list(frame.columns) == ["name", "code"]
    assert frame["code"].to_dict() == {3: "CF12", 5: "CF32"}
    assert issues.frame()[["row_no", "code"]].to_numpy().tolist() == [[2, "hxl_row"], [4, "empty_line"], [5, "too_many_cells"]]


def test_windows_1252_is_read_and_said(tmp_path: Path, issues: Issues) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("name,code\nLobaye,CF12\nMambéré Kadéï,CF21\n".encode("cp1252"))
    assert read_csv_text(path, issues)["name"].tolist() == ["Lobaye", "Mambéré Kadéï"]
    assert issues.frame()[["row_no", "code"]].to_numpy().tolist() == [[3, "windows_1252"]]


def test_an_empty_file_is_refused_in_both_languages(tmp_path: Path, issues: Issues) -> None:
    path = tmp_path / "empty.csv.gz"
    path.write_bytes(gzip.compress(b""))
    with pytest.raises(InputRefused) as error:
        read_csv_text(path, issues)
    assert "vide" in error.value.message_fr and "empty" in error.value.message_en


def test_cells_of_a_spreadsheet_as_a_person_sees_them() -> None:
    assert [cell_text(cell) for cell in (306.0, 1.5, None, "", True, "x")] == ["306", "1.5", "", "", "TRUE", "x"]


def test_totals_are_never_summed_with_their_parts_and_twice_named_areas_are(tmp_path: Path, issues: Issues) -> None:
    bands = pd.DataFrame(
        [("T_TL", "all", "", ""), (r"T_(?P<min>\d{2})_(?P<max>\d{2})", "all", "", "")], columns=["column", "sex", "age_min", "age_max"])
    path = tmp_path / "pop.csv"
    path.write_text("Adm1_pcode,T_TL,T_00_18,T_19_59\nXX01,10,6,4\nXX02,\"1,000\",,\nXX01,5,3,2\n")
    found = read_population(path, "XXX", 1, bands, issues)
    totals = found[found["age_min"].isna()].set_index("pcode")["persons"]
    assert totals.to_dict() == {"XX01": 15, "XX02": 1000}
    assert found.loc[(found["pcode"] == "XX02") & found["age_min"].notna(), "persons"].isna().all()
    assert issues.frame()["row_no"].tolist() == [2, 4]


def test_a_share_of_unknown_ages_is_unknown() -> None:
    bands = pd.DataFrame({"age_min": [0.0, 19.0], "age_max": [18.0, 59.0], "persons": [float("nan")] * 2})
    assert pd.isna(age_share(bands, 5, 17))
    known = bands.assign(persons=[19.0, 41.0])
    assert age_share(known, 5, 17) == pytest.approx(13 / 60)
    assert age_share(known, 18, 59) == pytest.approx(42 / 60)


def test_all_zero_sexes_beside_a_total_are_unknown(tmp_path: Path, places: PlaceIndex, issues: Issues) -> None:
    header = ("year,coo_iso,coa_iso,pop_type,location,f_0_4,f_5_11,f_12_17,f_18_59,f_60,f_other,f_total,"
              "m_0_4,m_5_11,m_12_17,m_18_59,m_60,m_other,m_total,total")
    path = tmp_path / "demographics.csv"
    path.write_text(f"{header}\n2025.0,XXX,XXX,RDP,Paktya,0,0,0,0,0,0,0,0,0,0,0,0,0,0,500.0\n"
                    "2025.0,XXX,XXX,RET,Nowhere,1,0,0,4,0,2,7,0,0,0,3,0,0,3,12.0\n2025.0,YYY,YYY,RET,Paktya"
                    + ",0" * 14 + ",9\n")
    found = read_demographics(path, ["XXX"], places, issues)
    assert found.groupby("row_no")["persons"].sum().to_dict() == {2: 500, 3: 12}
    first = found[found["row_no"] == 2]
    assert first[["sex", "age_band", "persons"]].to_numpy().tolist() == [["unknown", "unknown", 500]]
    second = found[found["row_no"] == 3].set_index(["sex", "age_band"])["persons"].to_dict()
    assert second == {("f", "0-4"): 1, ("f", "18-59"): 4, ("f", "unknown"): 2, ("m", "18-59"): 3, ("unknown", "unknown"): 2}
    assert set(found.loc[found["row_no"] == 3, "pcode"]) == {"XXX"}
    told = issues.frame().set_index("code")
    assert told.at["place_unmatched", "row_no"] == 3 and told.at["other_countries", "value"] == "1"
