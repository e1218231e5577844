"""Returns: UNHCR and Home Office shapes by their own readers, any other table by its mapped columns.

Place and host country are two margins; a table that has both gives each its own, never a joint one (METHOD 0.3). Totals
beside their parts count once; what the parts leave unsaid is `unknown`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any, Final

import pandas as pd

from data.catalogue_tables import records, table
from data.embedding.figures import hosted_indicators
from data.embedding.figures import indicator_table as indicator_rows
from data.embedding.flows import COLUMNS, host_flows, place_flows, uk_flows
from data.importing.cells import figure, file_year, is_missing, row_span
from data.importing.measures import UNDATED, WIDE, measures, unfolded
from data.importing.nations import host_iso3
from data.importing.placing import Job, Outcome, locate, of_country, tell_above, tell_likely, tell_unmatched, total_of
from data.readers.places import place_key
from data.readers.uk_returns import uk_rows
from data.readers.unhcr import RETURN_KINDS, demographics_rows, host_rows

ALL: Final = "all"
UNKNOWN: Final = "unknown"
BANDS: Final = {(0, 4): "0-4", (5, 11): "5-11", (12, 17): "12-17", (18, 59): "18-59", (60, None): "60+"}
SEXES: Final = {"f": "f", "female": "f", "femme": "f", "femmes": "f", "women": "f", "feminin": "f", "mujer": "f", "mujeres": "f", "femenino": "f",
                 "fille": "f", "filles": "f", "girls": "f", "h": "m", "m": "m", "male": "m", "homme": "m", "hommes": "m", "men": "m",
                 "masculin": "m", "hombre": "m", "hombres": "m", "masculino": "m", "garcon": "m", "garcons": "m", "boys": "m",
                 "": ALL, "all": ALL, "total": ALL, "tous": ALL, "both": ALL, "both sexes": ALL, "les deux": ALL, "todos": ALL}
POPULATIONS: Final = frozenset({"REF", "ASY", "IDP", "STA", "OOC", "OIP", "HST", "ROC"})
"""UNHCR's codes of populations other than those of people who returned (RET, RDP)."""
_ABROAD: Final = re.compile(r"\b(ret|refug\w*|rapatri\w*|abroad|etranger|repatri\w*|extranjero|exterior|cross border|deport\w*|migrac\w*|migrants?|"
                              r"via aerea|via terrestre|frontera|frontiere|point of entry)\b")
_INTERNAL: Final = re.compile(r"\b(rdp|idps?|intern(al\w*|es?|os?|as?)|deplace\w*|displaced|displacement|pdi|desplazad\w*)\b")


def import_returns(job: Job) -> Outcome:
    """Facts of a returns file: return_flow, and for UNHCR's demographics the displaced people hosted (indicator_value)."""
    frame = job.sheet.frame
    if job.shape == "unhcr_demographics":
        people = demographics_rows(frame, [job.iso3], job.places, job.issues).assign(source_id=job.source_id)
        tell_likely(job, "place_unmatched")
        flows = place_flows(people) if len(people) else pd.DataFrame(columns=COLUMNS)
        feeds = table("indicator_feeds").query("source_id == 'unhcr_demographics'").assign(source_id=job.source_id)
        has_hosted = len(people) and people["population_type"].isin(feeds["column"]).any()
        hosted = [indicator_rows([hosted_indicators(people, job.places, feeds)])] if has_hosted else []
        outcome = Outcome({"return_flow": flows, **({"indicator_value": hosted[0]} if hosted else {})},
                          {int(row_no) for row_no in frame.index[frame["coa_iso"] == job.iso3]})
        returns = flows[flows["margin"] == "place"]
        rows = returns.drop_duplicates("row_no")
        outcome.asked_rows, outcome.joined_rows = len(rows), int((rows["place_level"] > 0).sum())
        outcome.asked_persons = float(returns["persons"].sum())
        outcome.joined_persons = float(returns.loc[returns["place_level"] > 0, "persons"].sum())
    elif job.shape == "unhcr_population":
        flows = host_flows(host_rows(frame, [job.iso3], job.issues).assign(source_id=job.source_id))
        outcome = Outcome({"return_flow": flows}, {int(row_no) for row_no in frame.index[frame["coo_iso"] == job.iso3]})
    elif job.shape == "home_office":
        names = {row["name"]: row["iso3"] for row in records("home_office_nationalities")}
        names |= {row["name_en"]: row["iso3"] for row in records("country_names") if row["iso3"] not in names.values()}
        flows = uk_flows(uk_rows(frame, {name: iso3 for name, iso3 in names.items() if iso3 == job.iso3}, job.issues)
                         .assign(source_id=job.source_id))
        outcome = Outcome({"return_flow": flows}, set(flows["row_no"].astype(int)))
    else:
        outcome = _simple(job)
    flows = outcome.facts["return_flow"]
    if len(flows):
        outcome.period = (flows["period_start"].min(), flows["period_end"].max())
    return outcome


def _simple(job: Job) -> Outcome:
    frame = _returned(_single(of_country(job.columns(), job), job), job)
    located = locate(frame, job)
    kinds = kinds_of(frame, job)
    accepted: set[int] = set()
    cells: dict[tuple[Any, ...], dict[tuple[str, str], float]] = defaultdict(lambda: defaultdict(float))
    first: dict[tuple[Any, ...], int] = {}
    first_of_cell: dict[tuple[Any, ...], int] = {}
    outcome = Outcome({}, accepted)
    has_place = bool({"admin1_code", "admin2_code", "pcode", "admin1_name", "admin2_name", "place"} & set(frame.columns))
    odd_bands: set[str] = set()
    fields = measures(list(frame.columns))
    default = file_year(job) if job.shape in (WIDE, UNDATED) and _needs_year(frame, fields) else None
    for row_no, row in zip(frame.index, frame.to_dict("records"), strict=True):
        number, texts = int(row_no), {str(k): str(v) for k, v in row.items()}
        if (whole := total_of(texts)) is not None:
            job.issues.add(number, job.heading(whole), texts[whole], "set_aside", "total_row")
            continue
        if job.shape == WIDE and all(is_missing(texts[field]) for field in fields):
            job.issues.add(number, job.heading(fields[0]), texts[fields[0]], "set_aside", "missing_value")
            continue
        for field, cell in unfolded(texts, fields):
            if job.shape == WIDE and is_missing(texts[field]):
                continue
            days = row_span({**cell, "year": cell.get("year") or str(default[0].year)} if default and cell.get("month") else cell, number, job, default)
            persons = figure(texts[field], number, field, job) if days else None
            if days is None or persons is None:
                continue
            accepted.add(number)
            sex = SEXES.get(place_key(cell.get("sex", "")), UNKNOWN)
            band = band_of(cell, odd_bands)
            kind, host = cell["kind"] if "kind=" in field else kinds[number], host_of(cell, number, job)
            pcode = located.pcode[number]
            key = (days, kind, host, pcode or job.iso3, located.text.get(number, ""), "exact" if pcode else "unmatched")
            cells[key][sex, band] += persons
            first.setdefault(key, number)
            first_of_cell.setdefault((key, sex, band), number)
            if has_place and ((sex, band) in ((ALL, ALL), (UNKNOWN, UNKNOWN)) or "sex" not in frame) and job.shape != WIDE:
                matched = pcode is not None and pcode != job.iso3
                outcome.asked_rows += 1
                outcome.joined_rows += matched
                outcome.asked_persons += persons
                outcome.joined_persons += persons * matched
    if has_place and not outcome.asked_rows:
        outcome.asked_rows = len(accepted)
        outcome.joined_rows = sum(located.pcode[n] not in (None, job.iso3) for n in accepted)
    for label in sorted(odd_bands):
        job.issues.add(None, job.heading("age"), label, "info", "age_band_other")
    if has_place:
        kept = located.of(accepted)
        tell_unmatched(kept, job, "info", "place_unmatched", job.iso3)
        tell_above(kept, job)
    flows = _flows(cells, first, first_of_cell, job, has_place, "host" in frame or any("host=" in field for field in fields))
    if job.shape == WIDE and has_place:
        placed = flows[flows["margin"] == "place"]
        outcome.asked_persons = float(placed["persons"].sum())
        outcome.joined_persons = float(placed.loc[placed["place_level"] > 0, "persons"].sum())
    outcome.facts["return_flow"] = flows
    return outcome


def _returned(frame: pd.DataFrame, job: Job) -> pd.DataFrame:
    """The rows about people who returned, where a column says so in UNHCR's codes of populations; the others are set aside."""
    if "kind" not in frame or not lists_populations(frame["kind"]):
        return frame
    others = frame["kind"].str.upper().isin(POPULATIONS)
    for row_no, text in frame.loc[others, "kind"].items():
        job.issues.add(int(str(row_no)), job.heading("kind"), text, "set_aside", "not_returned")
    return frame[~others]


def lists_populations(kinds: pd.Series) -> bool:
    """Whether a column of kinds has UNHCR's codes of people who returned beside those of people who did not."""
    codes = kinds.str.strip().str.upper()
    return bool(codes.isin(RETURN_KINDS).any() and codes.isin(POPULATIONS).any())


def _needs_year(frame: pd.DataFrame, fields: list[str]) -> bool:
    """Whether the file itself, its name or the lines above must say when."""
    return not {"period", "year", "start"} & set(frame.columns) and not all("start=" in field for field in fields)


def _flows(cells: dict[tuple[Any, ...], dict[tuple[str, str], float]], first: dict[tuple[Any, ...], int],
           first_of_cell: dict[tuple[Any, ...], int], job: Job, has_place: bool, has_host: bool) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    hosts: dict[tuple[Any, ...], float] = defaultdict(float)
    for key, found in cells.items():
        days, kind, host, pcode, label, how = key
        year = int(days[0].year)
        base = {"source_id": job.source_id, "row_no": first[key], "iso3": job.iso3, "kind": kind, "year": year, "period_start": days[0],
                "period_end": days[1], "flow_type": None, "flow_detail": None, "destination_home": None}
        split = settle(found, job, first[key])
        if has_host:
            hosts[days, kind, host] += sum(split.values())
        if has_place or (year, kind) not in job.placed_years:
            rows += [{**base, "row_no": first_of_cell.get((key, sex, band), first[key]), "margin": "place",
                      "host_iso3": None, "place": label or None, "pcode": pcode,
                      "place_level": max(0, job.places.level(pcode)), "place_match": how if label else "national",
                      "sex": sex, "age_band": band, "persons": persons} for (sex, band), persons in split.items() if persons]
    for (days, kind, host), persons in hosts.items():
        if persons and (host or kind == "internal"):
            rows.append({"source_id": job.source_id, "row_no": min(first.values()), "iso3": job.iso3, "margin": "host", "kind": kind,
                         "year": int(days[0].year), "period_start": days[0], "period_end": days[1], "host_iso3": host, "place": None,
                         "pcode": job.iso3, "place_level": 0, "place_match": "national", "sex": UNKNOWN, "age_band": UNKNOWN,
                         "flow_type": None, "flow_detail": None, "destination_home": None, "persons": persons})
    return pd.DataFrame(rows, columns=COLUMNS)


def settle(found: dict[tuple[str, str], float], job: Job, row_no: int) -> dict[tuple[str, str], float]:
    """Cells that add up to the total: {(sex, band): persons} with `all` resolved; totals beside their parts count once."""
    parts: dict[tuple[str, str], float] = defaultdict(float)
    for sex in ("f", "m", UNKNOWN):
        of_sex = {band: persons for (s, band), persons in found.items() if s == sex and band != ALL}
        total = found.get((sex, ALL))
        for band, persons in of_sex.items():
            parts[sex, band] += persons
        if total is not None:
            parts[sex, UNKNOWN] += max(0.0, total - sum(of_sex.values()))
    bands = {band: persons for (s, band), persons in found.items() if s == ALL and band != ALL}
    if bands and not parts:
        parts.update({(UNKNOWN, band): persons for band, persons in bands.items()})
    total = found.get((ALL, ALL))
    if total is not None:
        left = total - sum(parts.values())
        if left < -0.5:
            job.issues.add(row_no, job.heading("persons"), f"{sum(parts.values()):.0f} > {total:.0f}", "repaired", "parts_exceed_total")
            return {(UNKNOWN, UNKNOWN): total}
        parts[UNKNOWN, UNKNOWN] += max(0.0, left)
    return dict(parts)


def _single(frame: pd.DataFrame, job: Job) -> pd.DataFrame:
    """The rows without exact copies (every column of the file)."""
    whole = job.sheet.frame.loc[frame.index]
    copies = whole.duplicated(keep="first")
    if copies.any():
        firsts = {tuple(row): row_no for row_no, row in zip(whole.index[::-1], whole.to_numpy()[::-1], strict=True)}
        for row_no in whole.index[copies]:
            job.issues.add(int(row_no), "", "", "set_aside", "copied_row", str(firsts[tuple(whole.loc[row_no])]))
    return frame[~copies]


def kinds_of(frame: pd.DataFrame, job: Job) -> dict[int, str]:
    """Each row's kind, abroad or internal: by its own word, else by the headings of the figures, else by the words above the table or in
    the name of its sheet or file, else supposed, and said.
    """
    default = "abroad" if "host" in frame or any("host=" in to for to in job.mapping.values()) else "internal"
    headings = place_key(" ".join(column for column, to in job.mapping.items() if to.split("|")[0] == "persons") or "persons")
    # "ret" is DTM's word for who comes from abroad in a table, and in the name of a file short for any return
    file = re.sub(r"\bret\b", "", place_key(job.sheet.file.replace("_", " ")))
    above = f"{place_key(' '.join((job.sheet.title, job.sheet.sheet)).replace('_', ' '))} {file}"
    told = next((kind for text in (headings, above) for kind, words in (("abroad", _ABROAD), ("internal", _INTERNAL)) if words.search(text)), None)
    if told is not None:
        default = told
    elif "kind" not in frame and "host" not in frame and not all("kind=" in to or "host=" in to for to in measures(list(job.mapping.values()))):
        job.issues.add(None, "", default, "info", "kind_assumed" if default == "internal" else "kind_assumed_abroad")
    if "kind" not in frame:
        return {int(row_no): default for row_no in frame.index}
    texts = {text: place_key(text) for text in frame["kind"].unique()}
    known = {text: "internal" if _INTERNAL.search(key) else "abroad" if _ABROAD.search(key) else default for text, key in texts.items()}
    return {int(str(row_no)): known[text] for row_no, text in frame["kind"].items()}


def host_of(row: dict[Any, Any], row_no: int, job: Job) -> str | None:
    """The host country of a row; None, and noted, when it names none that is known."""
    text = str(row.get("host", "") or "")
    if not text:
        return None
    iso3 = host_iso3(text)
    if iso3 is None:
        job.issues.add(row_no, job.heading("host"), text, "repaired", "host_unknown")
    return None if iso3 == job.iso3 else iso3


def band_of(row: dict[Any, Any], odd: set[str]) -> str:
    """The age band of a row, `all` when it says none; bands that are not the store's are `unknown` and go to `odd`."""
    text = str(row.get("age", "") or "")
    if place_key(text) in ("", "all", "total", "tous", "all ages", "tous ages", "todos") and not str(row.get("age_min", "") or ""):
        return ALL
    low, high = str(row.get("age_min", "") or ""), str(row.get("age_max", "") or "")
    figures = [low, high] if low else re.findall(r"\d+", text)
    try:
        ends = (int(float(figures[0])), int(float(figures[1])) if len(figures) > 1 and figures[1] else None)
    except (ValueError, IndexError):
        ends = (-1, None)
    if ends[0] == 60 and (ends[1] is None or ends[1] >= 99):
        ends = (60, None)
    if ends not in BANDS:
        if place_key(text) not in ("unknown", "inconnu", "desconocido"):
            odd.add(text or f"{low}-{high}")
        return UNKNOWN
    return BANDS[ends]
