"""Tables of the store as files that the import reads back: CSV with HAPI's column names and HXL tags, boundaries as GeoJSON."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path
from typing import Any, Final

import pandas as pd
import shapely
import shapely.geometry

from data.catalogue_tables import records
from data.errors import DataError
from data.private_files import opener, write_text
from data.queries.areas import country
from data.store import Store

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
EXPORTS: Final[dict[str, tuple[str, tuple[tuple[str, str], ...]]]] = {
    "returns": (
        """SELECT iso3, pcode, kind, sex, age_band, period_start, period_end, sum(persons) FROM return_flow WHERE margin = 'place' AND iso3 = $iso3
        GROUP BY ALL ORDER BY ALL""",
        (("location_code", "#country+code"), ("pcode", "#loc+pcode"), ("population_group", "#population+group"), ("gender", "#gender"),
         ("age_range", "#age+range"), ("reference_period_start", "#date+start"), ("reference_period_end", "#date+end"), ("returnees", "#affected+returnees")),
    ),
    "returns_by_host": (
        """SELECT iso3, host_iso3, kind, period_start, period_end, sum(persons) FROM return_flow WHERE margin = 'host' AND iso3 = $iso3
        GROUP BY ALL ORDER BY ALL""",
        (("location_code", "#country+code"), ("asylum_location_code", "#country+asylum+code"), ("population_group", "#population+group"),
         ("reference_period_start", "#date+start"), ("reference_period_end", "#date+end"), ("returnees", "#affected+returnees")),
    ),
    "returns_own": (
        """SELECT iso3, year, quarter(period_start), flow_type, flow_detail, CASE WHEN destination_home THEN 'Home country' ELSE 'Other country' END,
        CASE sex WHEN 'm' THEN 'Male' WHEN 'f' THEN 'Female' ELSE 'Unknown' END, replace(age_band, 'unknown', 'Unknown'), sum(persons) FROM return_flow
        WHERE margin = 'own' AND iso3 = $iso3 GROUP BY ALL ORDER BY ALL""",
        # the headings of the Home Office, whose own count it is
        (("Nationality", "#country+name"), ("Year", "#date+year"), ("Quarter", "#date+quarter"), ("Return type group", "#activity+type"),
         ("Return type", "#activity+detail"), ("Return destination group", "#country+destination"), ("Sex", "#gender"), ("Age", "#age+range"),
         ("Number of returns", "#affected+returnees")),
    ),
    "population": (
        """SELECT p.iso3, p.pcode, p.sex, p.age_min, p.age_max, s.period_start, s.period_end, p.persons FROM area_population p JOIN source s USING (source_id)
        WHERE p.iso3 = $iso3 AND p.persons IS NOT NULL ORDER BY ALL""",
        (("location_code", "#country+code"), ("pcode", "#loc+pcode"), ("gender", "#gender"), ("age_min", "#age+min"), ("age_max", "#age+max"),
         ("reference_period_start", "#date+start"), ("reference_period_end", "#date+end"), ("population", "#population")),
    ),
    "indicators": (
        """SELECT iso3, pcode, indicator, value, quality, period_start, period_end FROM indicator_value WHERE iso3 = $iso3
        AND pcode IS NOT NULL ORDER BY ALL""",
        (("location_code", "#country+code"), ("pcode", "#loc+pcode"), ("indicator", "#indicator+code"), ("value", "#indicator+value+num"),
         ("quality", "#meta+quality"), ("reference_period_start", "#date+start"), ("reference_period_end", "#date+end")),
    ),
    "activities": (
        """SELECT iso3, pcode, organisation, acronym, organisation_type, cluster, status, start, "end", beneficiaries, targeted, reached,
        beneficiary_label, donor_label, budget, project, health_zone FROM partner_activity WHERE iso3 = $iso3 ORDER BY row_no""",
        (("location_code", "#country+code"), ("pcode", "#loc+pcode"), ("org_name", "#org+name"), ("org_acronym", "#org+acronym"),
         ("org_type_description", "#org+type"), ("sector_name", "#sector+name"), ("status", "#status"), ("reference_period_start", "#date+start"),
         ("reference_period_end", "#date+end"), ("beneficiaries", "#affected+beneficiaries"),
         ("people_targeted", "#targeted"), ("people_reached", "#reached"),
         ("beneficiary_type", "#beneficiary+type"), ("donor", "#org+donor"),
         ("budget", "#value+budget"), ("project_code", "#activity+code"), ("health_zone", "#loc+health_zone")),
    ),
    "facilities": (
        """SELECT f.iso3, f.pcode, NULL, f.facility_type, f.tier, s.period_start, s.period_end, f.facilities, NULL, NULL FROM area_facility f
        JOIN source s USING (source_id) WHERE f.iso3 = $iso3 AND f.source_id NOT IN (SELECT source_id FROM facility) UNION ALL
        SELECT f.iso3, f.pcode, f.name, f.facility_type, f.tier, s.period_start, s.period_end, 1, f.lat, f.lon FROM facility f
        JOIN source s USING (source_id) WHERE f.iso3 = $iso3 ORDER BY ALL""",
        (("location_code", "#country+code"), ("pcode", "#loc+pcode"), ("facility_name", "#loc+facility+name"), ("facility_type", "#loc+type"),
         ("tier", "#loc+tier"), ("reference_period_start", "#date+start"), ("reference_period_end", "#date+end"), ("facilities", "#capacity+facilities"),
         ("latitude", "#geo+lat"), ("longitude", "#geo+lon")),
    ),
    "funding": (
        "SELECT iso3, year, donor, recipient, cluster, amount_usd, requirements_usd FROM funding_flow WHERE iso3 = $iso3 ORDER BY ALL",
        (("location_code", "#country+code"), ("year", "#date+year"), ("donor", "#org+funder"), ("recipient", "#org+recipient"), ("cluster", "#sector"),
         ("funding_usd", "#value+funding+usd"), ("requirements_usd", "#value+required+usd")),
    ),
    "in_place": (
        "SELECT iso3, pcode, intervention, units FROM structure_in_place WHERE iso3 = $iso3 ORDER BY ALL",
        (("location_code", "#country+code"), ("pcode", "#loc+pcode"), ("intervention", "#output+code"), ("units", "#output+num")),
    ),
    "prices": (
        "SELECT iso3, intervention, price_low, price_mode, price_high FROM unit_price WHERE iso3 = $iso3 ORDER BY ALL",
        (("location_code", "#country+code"), ("intervention", "#output+code"), ("price_low", "#value+price+low"), ("price", "#value+price"),
         ("price_high", "#value+price+high")),
    ),
}


BOUNDARIES: Final = "boundaries"
TABLES: Final = (BOUNDARIES, *EXPORTS)
"""Every table that can be written."""


def export_table(store: Store, name: str, iso3: str, path: Path) -> int:
    """Write a country's rows of a table to a CSV file (UTF-8), boundaries to GeoJSON or a zip of it; the number of rows.

    Raises UnknownCountry, DataError for an unknown table.
    """
    country(store, iso3)
    if name == BOUNDARIES:
        return export_boundaries(store, iso3, path)
    if name not in EXPORTS:
        known = ", ".join(TABLES)
        raise DataError(f"Table inconnue : {name}. Tables : {known}.", f"Unknown table: {name}. Tables: {known}.")
    sql, columns = EXPORTS[name]
    if store.frame("SELECT 1 FROM information_schema.tables WHERE table_name = $name", {"name": sql.split("FROM ")[1].split()[0]}).empty:
        rows = pd.DataFrame(columns=[heading for heading, _ in columns])
    else:
        rows = store.frame(sql, {"iso3": iso3})
    if name == "returns_own":
        rows = rows.assign(iso3=nationality(iso3))
    with open(path, "w", encoding="utf-8", newline="", opener=opener) as handle:
        writer = csv.writer(handle)
        writer.writerow([heading for heading, _ in columns])
        writer.writerow([tag for _, tag in columns])
        for row in rows.itertuples(index=False, name=None):
            writer.writerow([_cell(value) for value in row])
    return len(rows)


def nationality(iso3: str) -> str:
    """The name the Home Office gives a country's nationals."""
    names = {row["iso3"]: row["name_en"] for row in records("country_names")} | {row["iso3"]: row["name"] for row in records("home_office_nationalities")}
    return names[iso3]


def export_boundaries(store: Store, iso3: str, path: Path) -> int:
    """Write a country's areas as GeoJSON with P-codes and names under COD-AB's property names; the number of areas.

    A name that ends in .zip gets one file a level, any other the finest level, from which the import makes level 1 again.
    """
    rows = store.frame(
        """SELECT a.pcode, a.level, a.name_fr, a.name_en, a.geometry, p.pcode AS parent, p.name_fr AS parent_fr, p.name_en AS parent_en
        FROM area a LEFT JOIN area p ON p.pcode = a.parent WHERE a.iso3 = $iso3 AND a.level > 0 ORDER BY a.level, a.pcode""", {"iso3": iso3})
    if not store.frame("SELECT 1 FROM information_schema.tables WHERE table_name = 'place_alias'").empty:
        named = store.frame("SELECT pcode, language, alias FROM place_alias WHERE iso3 = $iso3 AND language <> '' ORDER BY row_no DESC", {"iso3": iso3})
        others = {pcode: dict(zip(found["language"], found["alias"], strict=True)) for pcode, found in named.groupby("pcode")}
    else:
        others = {}
    files = {
        int(level): json.dumps({"type": "FeatureCollection", "features": [_feature(row, iso3, others) for row in found.itertuples()]}, ensure_ascii=False)
        for level, found in rows.groupby("level")
    }
    deepest = max(files)
    if path.suffix.casefold() != ".zip":
        write_text(path, files[deepest])
        return int((rows["level"] == deepest).sum())
    with open(path, "wb", opener=opener) as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for level, text in files.items():
            archive.writestr(f"{iso3}_adm{level}.geojson", text)
    return len(rows)


def _feature(row: Any, iso3: str, others: dict[str, dict[str, str]]) -> dict[str, Any]:
    own = {f"admin{row.level}Pcode": row.pcode, f"admin{row.level}Name_fr": row.name_fr, f"admin{row.level}Name_en": row.name_en}
    above = {} if row.level == 1 else {
        f"admin{row.level - 1}Pcode": row.parent, f"admin{row.level - 1}Name_fr": row.parent_fr, f"admin{row.level - 1}Name_en": row.parent_en}
    for level, pcode in ((row.level, row.pcode), *([(row.level - 1, row.parent)] if row.level > 1 else [])):
        own |= {f"admin{level}Name_{language}": name for language, name in others.get(pcode, {}).items() if language not in ("fr", "en")}
    shape = shapely.from_wkb(bytes(row.geometry)) if isinstance(row.geometry, bytes | bytearray) else None
    return {"type": "Feature", "properties": {"admin0Pcode": iso3, **above, **own}, "geometry": None if shape is None else shapely.geometry.mapping(shape)}


def _cell(value: object) -> str:
    """A cell that no spreadsheet runs: missing is empty, a day is a day, text that starts like a formula is quoted."""
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, pd.Timestamp):
        return str(value.date().isoformat())
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
