"""Population by area, sex and age: COD-PS wide, HAPI long, or a plain table of totals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from data.catalogue_tables import table
from data.importing.cells import Span, figure, file_year, is_missing, span
from data.importing.headings import said_of
from data.importing.measures import WIDE, measures, unfolded
from data.importing.periods import is_serial, serial_span
from data.importing.placing import Job, Located, Outcome, locate, of_country, tell_unmatched, without_totals
from data.importing.tables.returns import ALL, SEXES
from data.readers.places import place_key
from data.readers.population import band_columns, population_rows

KEYS = ["iso3", "pcode", "sex", "age_min", "age_max"]


def import_population(job: Job) -> Outcome:
    """Facts: area_population (persons by pcode, sex, age band; totals beside their parts are kept apart, never summed)."""
    frame = without_totals(of_country(job.columns(), job), job)
    located = locate(frame, job)
    not_of_the_whole(located, frame, job)
    tell_unmatched(located, job, "set_aside", "place_not_found")
    pcodes = {row_no: pcode for row_no, pcode in located.pcode.items() if pcode is not None and pcode != job.iso3}
    national = [row_no for row_no, pcode in located.pcode.items() if pcode == job.iso3]
    if job.shape == "cod_ps":
        whole = job.sheet.frame.loc[list(pcodes)]
        columns = band_columns([str(c) for c in whole.columns], table("age_columns"), Path(job.sheet.file))
        coded = whole.assign(pcode_of_store=[pcodes[int(row_no)] for row_no in whole.index])
        rows = population_rows(coded, job.iso3, "pcode_of_store", columns, job.issues)
        accepted = set(pcodes)
    else:
        rows, accepted = _long(frame, pcodes, job)
    accepted |= set(national)  # the country's own line is read, and checks the sum; it is no area
    days = _period(frame, job)
    facts = {"area_population": rows.assign(source_id=job.source_id)}
    return Outcome(facts, accepted, len(pcodes), len(located.pcode) - len(national), period=days)


def not_of_the_whole(located: Located, frame: pd.DataFrame, job: Job) -> None:
    """Unplace rows whose own area (a P-code or a name of level 2) is unknown while the one above it is known: a figure of a part is not that
    of the whole.
    """
    if not {"admin2_code", "admin2_name"} & set(frame.columns) or int(job.areas["level"].max()) < 2:
        return
    codes, names = (frame[name] if name in frame else pd.Series("", index=frame.index) for name in ("admin2_code", "admin2_name"))
    for row_no, code, name in zip(frame.index, codes, names, strict=True):
        number = int(row_no)
        pcode = located.pcode[number]
        if not pcode or job.places.level(pcode) != 1 or number in located.mended:
            continue
        own = is_missing(code) and not is_missing(name) and job.places.match(job.iso3, name, 9998, level=1).pcode != pcode
        if own:
            located.text[number], located.column[number] = name, job.heading("admin2_name")
        if own or not is_missing(code) and pcode != code.upper():
            located.pcode[number] = None


def _long(frame: pd.DataFrame, pcodes: dict[int, str], job: Job) -> tuple[pd.DataFrame, set[int]]:
    found: list[dict[str, Any]] = []
    fields = measures(list(frame.columns))
    unfold = [(number, field, cell) for number in pcodes for field, cell in unfolded({str(k): str(v) for k, v in frame.loc[number].items()}, fields)]
    for row_no, field, row in unfold:
        pcode = pcodes[row_no]
        if job.shape == WIDE and is_missing(row["persons"]):
            continue
        persons = figure(row["persons"], row_no, field, job)
        if persons is None:
            continue
        low, high = (span_age(row.get(name, "")) for name in ("age_min", "age_max"))
        if low is None and place_key(row.get("age", "")) not in ("", "all", "total"):
            ends = [float(part) for part in row["age"].replace("+", "-120").split("-") if part.strip().isdigit()]
            low, high = (ends[0], ends[-1]) if ends else (None, None)
        found.append({"iso3": job.iso3, "pcode": pcode, "sex": SEXES.get(place_key(row.get("sex", "")), ALL), "row_no": row_no,
                      "age_min": low if low is not None else float("nan"),
                      "age_max": (high if high is not None else 120.0) if low is not None else float("nan"), "persons": persons})
    rows = pd.DataFrame(found, columns=[*KEYS, "persons", "row_no"])
    twice = rows[rows.duplicated(KEYS, keep=False)]
    for row_no, pcode in zip(twice["row_no"], twice["pcode"], strict=True):
        job.issues.add(int(row_no), job.heading("pcode"), pcode, "repaired", "area_rows_summed")
    summed = rows.groupby(KEYS, dropna=False, as_index=False).agg(persons=("persons", "sum"), row_no=("row_no", "min"))
    return _with_totals(summed), {int(n) for n in rows["row_no"]}


def _with_totals(rows: pd.DataFrame) -> pd.DataFrame:
    """A total of both sexes and all ages where the file has only parts."""
    whole = rows["age_min"].isna()
    have = set(rows.loc[whole & (rows["sex"] == ALL), "pcode"])
    for part in (rows[~whole & (rows["sex"] == ALL)], rows[whole & (rows["sex"] != ALL)], rows[~whole & (rows["sex"] != ALL)]):
        missing = part[~part["pcode"].isin(have)]
        if len(missing):
            sums = missing.groupby(["iso3", "pcode"], as_index=False).agg(persons=("persons", "sum"), row_no=("row_no", "min"))
            rows = pd.concat([rows, sums.assign(sex=ALL, age_min=float("nan"), age_max=float("nan"))[rows.columns]], ignore_index=True)
            have |= set(missing["pcode"])
    return rows


def span_age(text: str) -> float | None:
    """An age in years, None when the cell is empty or no figure."""
    try:
        return float(text)
    except ValueError:
        return None


def _period(frame: pd.DataFrame, job: Job) -> Span:
    for to in frame.columns:
        if start := said_of(to).get("start"):
            return pd.Timestamp(start), pd.Timestamp(said_of(to)["end"])
    for name in ("year", "period", "start"):
        if name in frame:
            last = frame["end"] if name == "start" and "end" in frame else frame[name]
            found = [days for text in {*frame[name], *last} if text and (days := serial_span(text) if is_serial(text) else span(str(text)))]
            if found:
                return min(days[0] for days in found), max(days[1] for days in found)
    return file_year(job)
