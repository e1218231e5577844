"""IPC acute food insecurity analyses in the long shape: area x period x phase."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from data.readers.issues import Issues
from data.readers.places import PlaceIndex
from data.readers.text_tables import numbers, read_csv_text


def read_ipc(path: Path, iso3: str, level: int, indicator: str, places: PlaceIndex, issues: Issues) -> pd.DataFrame:
    """Share of people in phase 3 or above, latest analysis of the *current* period: iso3, pcode, place, indicator,
    value (%), quality, period_start, period_end, row_no.

    Analysed areas that are parts of one area (urban and rural, a town's districts) are joined by their analysed
    population, and the result is `estimated`. A part without people has no weight, and is noted.
    """
    return ipc_rows(read_csv_text(path, issues), iso3, level, indicator, places, issues)


def ipc_rows(frame: pd.DataFrame, iso3: str, level: int, indicator: str, places: PlaceIndex, issues: Issues) -> pd.DataFrame:
    """`read_ipc` of a table already read as text, indexed by row_no."""
    current = frame[frame["Validity period"] == "current"]
    latest = current["From"].max()
    current = current[current["From"] == latest]
    share = current[current["Phase"] == "3+"].copy()
    people = current[current["Phase"] == "all"].drop_duplicates(["Level 1", "Area"]).set_index(["Level 1", "Area"])["Number"]
    share["percent"] = numbers(share["Percentage"], issues)
    weights = numbers(share.apply(lambda row: people.get((row["Level 1"], row["Area"]), ""), axis=1), issues, "Number")
    weight_of = {int(str(row_no)): float(weight) for row_no, weight in weights.items()}
    year = int(latest[:4])
    parts: dict[str, list[tuple[float, float, int, str]]] = {}
    for row_no, row in share.iterrows():
        area, number = str(row["Area"]), int(str(row_no))
        weight = weight_of[number]
        parent = places.match(iso3, row["Level 1"], year, level=1).pcode if row["Level 1"] else None
        match = places.match(iso3, area, year, level=level, parent=parent)
        if match.pcode is None:
            issues.add(number, "Area", area, "set_aside", "area_unmatched", str(year), iso3=iso3)
        elif not weight > 0:
            issues.add(number, "Number", row["Number"], "set_aside", "no_weight", area, iso3=iso3)
        else:
            parts.setdefault(match.pcode, []).append((float(row["percent"]), weight, number, area))
    rows: list[dict[str, Any]] = []
    for pcode, found in parts.items():
        value = sum(p * w for p, w, _, _ in found) / sum(w for _, w, _, _ in found)
        rows.append({
            "iso3": iso3, "pcode": pcode, "place": "; ".join(name for _, _, _, name in found), "indicator": indicator,
            "value": 100 * value, "quality": "observed" if len(found) == 1 else "estimated",
            "period_start": pd.Timestamp(latest), "period_end": pd.Timestamp(share["To"].max()), "row_no": found[0][2],
        })
    return pd.DataFrame(rows)
