"""Where figures come from, what is missing, and what the import had to say."""

from __future__ import annotations

import pandas as pd

from data.queries.areas import areas, country, map_level
from data.queries.figures import indicator_definitions, indicator_values
from data.store import Store


def sources(store: Store, iso3: str | None = None) -> pd.DataFrame:
    """Sources, of one country or all: source_id, topic, countries, publisher, title_fr, title_en, licence, period,
    period_start, period_end, url, dataset, sha256, changes_fr, changes_en.
    """
    frame = store.frame("SELECT * FROM source ORDER BY topic, source_id")
    if iso3 is None:
        return frame
    country(store, iso3)
    return frame[[iso3 in listed.split(";") for listed in frame["countries"]]].reset_index(drop=True)


def data_gaps(store: Store, iso3: str, level: int | None = None) -> pd.DataFrame:
    """What is not known: topic (indicator | population | returns | activities | facilities), code (the indicator's),
    name_fr, name_en, axis, areas_known, areas_missing, areas_inherited. Computed indicators are left to the method.
    """
    level = map_level(store, iso3, level)
    all_areas = areas(store, iso3, level)
    values = indicator_values(store, iso3, level)
    counts = values.assign(inherited=values["pcode"] != values["from_pcode"]).groupby("indicator")["inherited"].agg(["size", "sum"])
    found = {str(code): (int(size), int(above)) for code, size, above in counts.itertuples(name=None)}
    rows: list[tuple[object, ...]] = []
    definitions = indicator_definitions(store)
    for code, row in definitions[definitions["origin"] != "computed"].iterrows():
        known, inherited = found.get(str(code), (0, 0))
        rows.append(("indicator", code, row["name_fr"], row["name_en"], row["axis"], known, len(all_areas) - known, inherited))
    population = int(all_areas["population"].notna().sum())
    rows.append(("population", "", "Population", "Population", "", population, len(all_areas) - population, 0))
    facilities = int(all_areas["facilities"].notna().sum())
    rows.append(("facilities", "", "Structures de santé", "Health facilities", "", facilities, len(all_areas) - facilities, 0))
    listed = store.frame("SELECT 1 FROM cube_activity WHERE iso3 = ? LIMIT 1", [iso3])
    covered = 0 if listed.empty else len(all_areas)
    rows.append(("activities", "", "Présence des partenaires (3W)", "Partner presence (3W)", "", covered, len(all_areas) - covered, 0))
    return pd.DataFrame(rows, columns=[
        "topic", "code", "name_fr", "name_en", "axis", "areas_known", "areas_missing", "areas_inherited"])


def import_issues(store: Store, iso3: str | None = None) -> pd.DataFrame:
    """What the import had to say, row by row: source_id, iso3, row_no, column, value, severity (info | repaired |
    set_aside | refused), code, message_fr, message_en. Issues of a whole file are listed under every country.
    """
    frame = store.frame(
        "SELECT i.*, m.message_fr, m.message_en FROM import_issue i LEFT JOIN issue_message m USING (code) "
        "WHERE $iso3 IS NULL OR i.iso3 IN ($iso3, '') ORDER BY i.source_id, i.row_no", {"iso3": iso3})
    for language in ("fr", "en"):
        frame[f"message_{language}"] = [
            str(template).format(row=row_no, column=column, value=value, detail=detail)
            for template, row_no, column, value, detail in zip(
                frame[f"message_{language}"], frame["row_no"].astype("Int64"), frame["column"], frame["value"], frame["detail"],
                strict=True)
        ]
    return frame.drop(columns="detail")


def import_summary(store: Store, iso3: str | None = None) -> pd.DataFrame:
    """Issues counted: source_id, severity, code, issues."""
    return store.frame(
        "SELECT source_id, severity, code, count(*) AS issues FROM import_issue WHERE $iso3 IS NULL OR iso3 IN ($iso3, '') "
        "GROUP BY ALL ORDER BY source_id, severity, code", {"iso3": iso3})


def release(store: Store) -> pd.DataFrame:
    """Which release this is, one row: number, audience (inside | outside), k (persons below which nothing is shown), generation,
    made_at (UTC). Only a release has it.
    """
    return store.frame("SELECT number, audience, k, generation, made_at FROM release")


def notes(store: Store, iso3: str) -> pd.DataFrame:
    """What a reader of the country's figures must know: key, note_fr, note_en."""
    country(store, iso3)
    return store.frame("SELECT key, note_fr, note_en FROM country_note WHERE iso3 IN (?, '*') ORDER BY iso3 DESC, key", [iso3])
