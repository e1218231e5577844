"""3W activities with their words matched to our tables: sector, recipient type, status, beneficiary type."""

from __future__ import annotations

import hashlib

import pandas as pd

from data.catalogue_tables import table
from data.readers.issues import Issues
from data.readers.places import place_key

COLUMNS = [
    "row_no", "iso3", "organisation", "acronym", "organisation_type", "recipient_type", "cluster", "vocabulary", "sector", "pcode",
    "admin1_code", "admin2_code", "health_zone", "status", "start", "end", "beneficiaries", "targeted", "reached", "beneficiary_label",
    "beneficiary_type", "names_returnees", "donor", "donor_label",
    "budget", "project", "duplicate_of",
]
MIXED = "unspecified"


def activity_table(rows: pd.DataFrame, issues: Issues) -> pd.DataFrame:
    """The rows of a 3W with COLUMNS. A word in no table is kept, read as unknown or unspecified, and noted by row."""
    types = _lookup("beneficiary_types", "beneficiary_type")
    returnees = _lookup("beneficiary_types", "names_returnees")
    vocabulary, sectors = _vocabulary(rows["cluster"])
    frame = rows.assign(
        beneficiary_label=rows["beneficiary_type"],
        beneficiary_type=_mapped(rows, "beneficiary_type", types, MIXED, issues),
        names_returnees=[returnees.get(place_key(label)) == "1" for label in rows["beneficiary_type"]],
        recipient_type=_mapped(rows, "organisation_type", _lookup("organisation_types", "recipient_type"), "unknown", issues),
        status=_mapped(rows, "status", _lookup("activity_status", "status"), "unknown", issues),
        sector=pd.Series(_mapped(rows, "cluster", sectors, "", issues), index=rows.index).replace("", None),
        vocabulary=vocabulary,
    )
    frame["donor_label"] = frame["donor"] = _without_persons(frame, "donor", issues)
    text = ["acronym", "cluster", "health_zone", "donor", "donor_label", "beneficiary_label", "project"]
    frame["donor"] = _donors(frame)
    frame[text] = frame[text].map(lambda cell: " ".join(str(cell).split()) or None)
    for name in ("targeted", "reached"):
        # a 3W with one figure an activity does not say which of the two it is
        frame[name] = frame[name].astype(float) if name in frame else float("nan")
    return frame[COLUMNS]


def _vocabulary(clusters: pd.Series) -> tuple[str, dict[str, str]]:
    """The cluster list the file follows, being the one that knows most of its clusters, as {cluster: sector}."""
    keys = {place_key(str(cluster)) for cluster in clusters}
    found: list[tuple[int, str, dict[str, str]]] = []
    for name, part in table("sector_map").groupby("source"):
        known = {place_key(k): v for k, v in zip(part["cluster"], part["sector"], strict=True)}
        found.append((len(keys & set(known)), str(name), known))
    _, name, known = max(found, key=lambda one: one[0])
    return name, known


def _without_persons(rows: pd.DataFrame, field: str, issues: Issues) -> pd.Series:
    """The column with names of private persons left out; the table knows them by their hash only."""
    withheld = table("withheld_values")
    hashes = set(withheld.loc[withheld["field"] == field, "sha256"])
    kept = []
    for row_no, label in zip(rows["row_no"], rows[field], strict=True):
        personal = hashlib.sha256(place_key(label).encode()).hexdigest() in hashes
        if personal:
            issues.add(int(row_no), field, "", "repaired", "personal_value")
        kept.append("" if personal else label)
    return pd.Series(kept, index=rows.index)


def _donors(rows: pd.DataFrame) -> pd.Series:
    """Donors under one name each: the many spellings of donor_names.csv; a name that is not there stays as written."""
    names = {place_key(label): donor for label, donor in zip(table("donor_names")["label"], table("donor_names")["donor"], strict=True)}
    return pd.Series([names.get(place_key(label), label) for label in rows["donor"]], index=rows.index)


def _lookup(name: str, column: str) -> dict[str, str]:
    found = table(name)
    return {place_key(label): value for label, value in zip(found["label"], found[column], strict=True)}


def _mapped(rows: pd.DataFrame, column: str, known: dict[str, str], otherwise: str, issues: Issues) -> list[str]:
    found: list[str] = []
    for row_no, label in zip(rows["row_no"], rows[column], strict=True):
        key = place_key(label)
        if key not in known and key:
            issues.add(int(row_no), column, label, "repaired", "unknown_category", otherwise)
        found.append(known.get(key, otherwise))
    return found
