"""Registers of who does what where as offices of seven countries head them: who implements, who leads, where, when; each with the answers it must have."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from data.catalogue_tables import table
from data.importing.isolation import Sheet
from data.importing.periods import span
from data.importing.recognition import recognise
from data.importing.run import import_files
from data.planning import plan_inputs
from data.readers.places import PlaceIndex
from data.store import open_store
from tests.data.test_importing import codes, rows
from tests.data.test_importing_countries import brought, text
from tests.data.test_importing_layouts import squares


@dataclass(frozen=True)
class Register:
    """A file of a country: its areas (code, name), its text, the counts and what each accepted row must say."""

    areas: tuple[tuple[str, str], ...]
    content: str
    counts: tuple[int, int, int]
    joined: float
    facts: tuple[tuple[object, ...], ...]
    """organisation, acronym, recipient_type, pcode, start, end of each row."""


NO = None
REGISTERS = {
    # the agency is who programmes, the partner who implements; a row without partner is the agency's own
    "SYR": Register(
        (("SY02", "Aleppo"), ("SY07", "Idleb")),
        "Sector,Agency / Partner,Partner,Governorate,admin1Pcode,Start Date,End Date,Beneficiaries\n"
        "Health,UNICEF,SARC,Aleppo,SY02,2025-01-01,2025-06-30,500\nHealth,WHO,,Idleb,SY07,2025-02-01,2025-12-31,40\n"
        "Education,UNICEF,Direct implementation,Nowhere,,2025-01-01,2025-03-31,7\nEducation,,,Idleb,SY07,2025-01-01,2025-03-31,9\n",
        (4, 3, 1), 2 / 3,
        (("SARC", NO, "unknown", "SY02", "2025-01-01", "2025-06-30"), ("WHO", NO, "unknown", "SY07", "2025-02-01", "2025-12-31"),
         ("UNICEF", NO, "unknown", "SYR", "2025-01-01", "2025-03-31"))),
    # the acronym and the type are those of the agency, not of the partner who implements for it
    "YEM": Register(
        (("YE11", "Ibb"), ("YE13", "Sana'a City")),
        "Agency Name;Agency Acronym;Agency Type;Implementing Partners;Cluster;Governorate;Gov_Pcode;Start Date;End Date;Project Status\n"
        "United Nations Children's Fund;UNICEF;Agence UN;Local Relief;Education;Ibb;YE11;01/03/2025;28/02/2026;Ongoing\n"
        "United Nations Children's Fund;UNICEF;Agence UN;n/a;Health;Sana'a City;YE13;01/03/2025;28/02/2026;Ongoing\n",
        (2, 2, 0), 1.0,
        (("Local Relief", NO, "unknown", "YE11", "2025-03-01", "2026-02-28"),
         ("United Nations Children's Fund", "UNICEF", "international", "YE13", "2025-03-01", "2026-02-28"))),
    "SOM": Register(
        (("SO24", "Bay"), ("SO26", "Lower Juba")),
        "Reporting Organization,Implementing Organization,Type of Implementing Organization,Cluster,Region,Reporting month\n"
        "NRC,SADO,ONG Nationale,Protection,Bay,Mar-25\nNRC,NRC,ONG Internationale,Health,Lower Juba,Apr-25\n,SADO,ONG Nationale,Health,Bay,Apr-25\n",
        (3, 3, 0), 1.0,
        (("SADO", NO, "civil", "SO24", "2025-03-01", "2025-03-31"), ("NRC", NO, "international", "SO26", "2025-04-01", "2025-04-30"),
         ("SADO", NO, "civil", "SO24", "2025-04-01", "2025-04-30"))),
    "UKR": Register(
        (("UA12", "Dnipropetrovska"), ("UA63", "Kharkivska")),
        "Prime Organization,Local Implementing Partner,Donor,Cluster,Oblast,Oblast Pcode,Raion,Start date,End date\n"
        "Save the Children,Right to Protection,ECHO,Education,Kharkivska,UA63,,2025-01-15,2025-09-15\n"
        "Caritas,self,BHA,Health,Dnipropetrovska,UA12,,2025-01-15,2025-09-15\n",
        (2, 2, 0), 1.0,
        (("Right to Protection", NO, "unknown", "UA63", "2025-01-15", "2025-09-15"), ("Caritas", NO, "unknown", "UA12", "2025-01-15", "2025-09-15"))),
    "HTI": Register(
        (("HT01", "Ouest"), ("HT05", "Artibonite")),
        "Organisation principale;Partenaire de mise en œuvre;Secteur;Département;Date de début;Date de fin;Statut du projet;Bailleur de fonds\n"
        "PAM;Croix-Rouge haïtienne;Santé;Artibonite;01/01/2025;31/12/2025;En cours;ECHO\nOIM;Aucun;Protection;Ouest;01/01/2025;31/12/2025;En cours;\n"
        "Total;;;;;;;\n",
        (3, 2, 1), 1.0,
        (("Croix-Rouge haïtienne", NO, "unknown", "HT05", "2025-01-01", "2025-12-31"), ("OIM", NO, "unknown", "HT01", "2025-01-01", "2025-12-31"))),
    "MOZ": Register(
        (("MZ01", "Cabo Delgado"), ("MZ07", "Nampula")),
        "Agência líder,Parceiro implementador,Sector,Província,Data de início,Data de fim,Doador,Pessoas alcançadas\n"
        "OIM,Ayuda en Acción,Health,Cabo Delgado,01/02/2025,30/11/2025,ECHO,1.200\nUNICEF,Nenhum,Education,Nampula,01/02/2025,30/11/2025,,2.300\n",
        (2, 2, 0), 1.0,
        (("Ayuda en Acción", NO, "unknown", "MZ01", "2025-02-01", "2025-11-30"), ("UNICEF", NO, "unknown", "MZ07", "2025-02-01", "2025-11-30"))),
    # "Estado" is a state of the country here, and the last column of an activity elsewhere
    "VEN": Register(
        (("VE01", "Amazonas"), ("VE23", "Zulia")),
        "Organización responsable,Organización implementadora,Clúster,Estado,Fecha de inicio,Fecha final\n"
        "UNICEF,Fundación A,Educación,Zulia,2025-03-01,2025-08-31\nACNUR,ninguna,Protección,Amazonas,2025-03-01,2025-08-31\n",
        (2, 2, 0), 1.0,
        (("Fundación A", NO, "unknown", "VE23", "2025-03-01", "2025-08-31"), ("ACNUR", NO, "unknown", "VE01", "2025-03-01", "2025-08-31"))),
}
FACTS = ("SELECT organisation, acronym, recipient_type, pcode, strftime(start, '%Y-%m-%d'), strftime(\"end\", '%Y-%m-%d') FROM partner_activity "
         "WHERE iso3 = '{iso3}' ORDER BY row_no")


def areas_of(path: Path, iso3: str, areas: tuple[tuple[str, str], ...]) -> Path:
    return squares(path, [{"ADM1_PCODE": code, "ADM1_EN": name} for code, name in areas], 10, 10)


@pytest.mark.parametrize("iso3", list(REGISTERS))
def test_who_implements_where_and_when(store_folder: Path, tmp_path: Path, iso3: str) -> None:
    register = REGISTERS[iso3]
    folder, said = brought(store_folder, tmp_path, iso3, [
        areas_of(tmp_path / "adm1.geojson", iso3, register.areas), text(tmp_path / "3w.csv", register.content)])
    one = said["3w.csv"]
    assert (one.table, (one.rows_read, one.accepted, one.set_aside)) == ("activities", register.counts), (one.mapping, one.issues)
    assert one.join_rate_rows == pytest.approx(register.joined, abs=1e-4)
    assert tuple(rows(folder, FACTS.format(iso3=iso3))) == register.facts


@pytest.mark.parametrize(("headings", "implements", "leads"), [
    ("Agency;Implementing Partner;Sector;Governorate", "Implementing Partner", "Agency"),
    ("Agency/Partner;Implementing partner;Cluster;Governorate", "Implementing partner", "Agency/Partner"),
    ("Agency / Partner;Cluster;Governorate", "Agency / Partner", ""),
    ("Agence / Partenaire;Partenaire;Cluster;Région", "Partenaire", "Agence / Partenaire"),
    ("Organisation Lead;Organisation de mise en œuvre;Cluster;Région", "Organisation de mise en œuvre", "Organisation Lead"),
    ("Socio Principal;Socio Implementador;Clúster/Sector;Departamento", "Socio Implementador", "Socio Principal"),
    ("Appealing Agency;Implementing Agency;Cluster;Region", "Implementing Agency", "Appealing Agency"),
    ("Organization;Implementing/Local Partner;Cluster;State", "Implementing/Local Partner", "Organization"),
    ("Organização;Parceiro implementador;Sector;Província", "Parceiro implementador", "Organização"),
    ("Lead Organisation;Implementing partner(s);Sector;State", "Implementing partner(s)", "Lead Organisation"),
    ("Partner;Cluster;Province", "Partner", ""), ("Agency;Cluster;Province", "Agency", ""),
])
def test_headings_tell_who_implements_and_who_leads(headings: str, implements: str, leads: str) -> None:
    columns = headings.split(";")
    frame = pd.DataFrame([["x"] * len(columns)], columns=columns, index=pd.Index([2], name="row_no"), dtype="str")
    nowhere = pd.DataFrame(columns=["pcode", "iso3", "level", "parent", "name_fr", "name_en"])
    places = PlaceIndex(nowhere, table("place_aliases").iloc[:0], table("place_label_kinds"))
    found = recognise(Sheet("3w.csv", "", frame, {}, "", []), places, "TCD", "activities").mapping
    told = {to: column for column, to in found.items()}
    assert (told["organisation"], told.get("reporter", "")) == (implements, leads)


UNDATED_3W = "Organisation,Partenaire,Cluster,Province,Bénéficiaires\nUNICEF,Caritas,Santé,Aleppo,500\nOMS,,Santé,Idleb,40\n"


def test_a_register_without_dates_has_the_period_that_is_given_and_says_it_covers_nobody_without(store_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(store_folder, tmp_path / "store")
    boundaries, register = areas_of(tmp_path / "adm1.geojson", "SYR", REGISTERS["SYR"].areas), text(tmp_path / "3w 2024.csv", UNDATED_3W)
    report = import_files([boundaries, register], "SYR", folder=tmp_path / "store")
    assert codes(report.files[1])["undated_activities"] == [None] and "--period" in next(
        issue["message_en"] for issue in report.files[1].issues if issue["code"] == "undated_activities")
    dates = "SELECT DISTINCT strftime(start, '%Y-%m-%d'), strftime(\"end\", '%Y-%m-%d') FROM partner_activity WHERE iso3 = 'SYR'"
    source = "SELECT period, period_start, period_end FROM source WHERE countries = 'SYR' AND topic = 'partners'"
    assert rows(tmp_path / "store", dates) == [(None, None)] and rows(tmp_path / "store", source) == [("–", None, None)]
    with open_store(tmp_path / "store") as store:
        inputs = plan_inputs(store, "SYR", 1)
        assert inputs.has_activities and inputs.activities_period is None
    report = import_files([register], "SYR", folder=tmp_path / "store", period=span("January - June 2025"))
    assert codes(report.files[0])["period_given"] == [None] and "undated_activities" not in codes(report.files[0])
    assert rows(tmp_path / "store", dates) == [("2025-01-01", "2025-06-30")]
    with open_store(tmp_path / "store") as store:
        assert plan_inputs(store, "SYR", 1).activities_period == (date(2025, 1, 1), date(2025, 6, 30))


def test_dates_of_a_register_come_before_the_period_that_is_given(store_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(store_folder, tmp_path / "store")
    dated = text(tmp_path / "3w.csv", "Partner,Cluster,Governorate,Start Date,End Date\nSARC,Health,Aleppo,2024-01-01,2024-02-29\nWHO,Health,Idleb,,\n")
    import_files([areas_of(tmp_path / "adm1.geojson", "SYR", REGISTERS["SYR"].areas), dated], "SYR", folder=tmp_path / "store", period=span("2025"))
    assert [row[-2:] for row in rows(tmp_path / "store", FACTS.format(iso3="SYR"))] == [("2024-01-01", "2024-02-29"), ("2025-01-01", "2025-12-31")]


def test_returns_without_a_date_have_the_period_that_is_given_and_none_that_is_to_come(store_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(store_folder, tmp_path / "store")
    boundaries = areas_of(tmp_path / "adm1.geojson", "SYR", REGISTERS["SYR"].areas)
    returns = text(tmp_path / "retours.csv", "Province,IDP returnees\nAleppo,120\nIdleb,30\n")
    assert import_files([boundaries, returns], "SYR", folder=tmp_path / "store").is_refused
    report = import_files([boundaries, returns], "SYR", folder=tmp_path / "store", period=span("2024"))
    assert report.generation and rows(tmp_path / "store", "SELECT pcode, year, persons FROM return_flow WHERE iso3 = 'SYR' ORDER BY 1") == [
        ("SY02", 2024, 120), ("SY07", 2024, 30)]
    report = import_files([returns], "SYR", folder=tmp_path / "store", period=span("2099"))
    assert report.is_refused and "begins after today" in report.files[0].issues[-1]["message_en"]


def test_boundaries_without_a_date_have_no_period_but_the_day_they_were_imported(store_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(store_folder, tmp_path / "store")
    bare, dated = (squares(tmp_path / name, [{"ADM1_PCODE": "SY02", "ADM1_EN": "Aleppo", **more}], 10, 10)
                   for name, more in (("bare.geojson", {}), ("dated.geojson", {"date": "2018-01-01", "validOn": "2021-06-15"})))
    source = "SELECT period, period_start, changes_en FROM source WHERE countries = 'SYR' AND topic = 'boundaries'"
    import_files([bare], "SYR", folder=tmp_path / "store")
    [(period, start, changes)] = rows(tmp_path / "store", source)
    assert (period, start) == ("–", None) and changes.startswith(f"Imported on {date.today().isoformat()}.")
    import_files([dated], "SYR", folder=tmp_path / "store")
    [(period, start, changes)] = rows(tmp_path / "store", source)
    assert (period, start.date()) == ("2021", date(2021, 6, 15)) and "Imported on" not in changes
