"""Who does what where: the rows of a 3W chosen, turned into matrices, presences, flows.

A sum with a figure that a release withholds is withheld too; frames say so in `beneficiaries_protected`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
import pandas as pd

from analytics.inputs import SECTORS

RUNNING: Final = ("ongoing", "unknown")
STATUSES: Final = ("planned", "ongoing", "completed", "unknown")
REACHES: Final = ("local", "national", "international", "unknown")
OTHERS: Final = ""
OTHER_SECTOR: Final = "other"
"""A cluster of the 3W that feeds no sector of the method (water, food ...)."""
SAID_OTHER: Final = ("autre", "autres", "other", "others")
"""What sources write for a donor or partner without a name of its own."""


@dataclass(frozen=True)
class Choice:
    """What somebody narrowed the activities to; None takes all (`status` None: those that run)."""

    area: str | None = None
    sector: str | None = None
    partner: str | None = None
    recipient: str | None = None
    reach: str | None = None
    status: str | None = None

    @property
    def active(self) -> tuple[str, ...]:
        """Names of the filters in use."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name) is not None)


def counted_once(rows: pd.DataFrame) -> pd.DataFrame:
    """Activities of a 3W without the exact copies, with `reach` of their organisation and the sector `other` for what feeds none."""
    kept = rows[rows["duplicate_of"].isna()]
    return kept.assign(reach=kept["organisation"].map(reach(kept)), sector=kept["sector"].fillna(OTHER_SECTOR))


def reach(rows: pd.DataFrame) -> pd.Series:
    """By organisation: international by its type, else national when it works in several areas, local when in one; unknown without a type."""
    grouped = rows.groupby("organisation")
    types, areas = grouped["recipient_type"].first(), grouped["pcode"].nunique()
    found = np.select([types == "international", types == "unknown", areas == 1], ["international", "unknown", "local"], "national")
    return pd.Series(found, index=types.index)


def chosen(rows: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """The activities a choice leaves."""
    keep = rows["status"].isin(RUNNING) if choice.status is None else rows["status"] == choice.status
    columns = {"area": "pcode", "sector": "sector", "partner": "organisation", "recipient": "recipient_type", "reach": "reach"}
    for name, column in columns.items():
        wanted = getattr(choice, name)
        if wanted is not None:
            keep &= rows[column] == wanted
    return rows[keep]


def ways_out(rows: pd.DataFrame, choice: Choice) -> list[tuple[str, int]]:
    """For a choice that leaves nothing: each filter whose removal shows something, with how many activities, the most first."""
    counts = [(name, len(chosen(rows, replace(choice, **{name: None})))) for name in choice.active]
    return sorted(((name, count) for name, count in counts if count), key=lambda pair: -pair[1])


def by_organisation(rows: pd.DataFrame, sectors: list[str]) -> pd.DataFrame:
    """One row an organisation: type, reach, activities, areas, then the number of areas by sector, beneficiaries."""
    grouped = rows.groupby("organisation")
    frame = pd.DataFrame(
        {
            "organisation_type": grouped["organisation_type"].first(),
            "recipient_type": grouped["recipient_type"].first(),
            "reach": grouped["reach"].first(),
            "activities": grouped.size(),
            "areas": grouped["pcode"].nunique(),
        }
    )
    frame = frame.join(_spread(rows, "organisation", "pcode", sectors)).join(_people(grouped))
    return frame.reset_index().sort_values(["activities", "organisation"], ascending=[False, True], ignore_index=True)


def by_area(rows: pd.DataFrame, areas: pd.DataFrame, sectors: list[str]) -> pd.DataFrame:
    """One row an area of the level: organisations, activities, the number of organisations by sector, beneficiaries; 0 is none reported."""
    grouped = rows.groupby("pcode")
    counts = pd.DataFrame({"organisations": grouped["organisation"].nunique(), "activities": grouped.size()})
    counts = counts.join(_spread(rows, "pcode", "organisation", sectors)).reindex(areas.index).fillna(0.0)
    frame = areas[["name_fr", "name_en", "parent_name_fr", "parent_name_en"]].join(counts).join(_people(grouped))
    frame["beneficiaries_protected"] = frame["beneficiaries_protected"].fillna(False).astype(bool)
    return frame.rename_axis("pcode").reset_index().sort_values(["organisations", "pcode"], ascending=[False, True], ignore_index=True)


def presences(rows: pd.DataFrame) -> pd.DataFrame:
    """One row an organisation, sector and area: activities, states, first start, last end, beneficiaries, donors."""
    grouped = rows.groupby(["organisation", "sector", "pcode"], dropna=False)
    frame = pd.DataFrame(
        {
            "recipient_type": grouped["recipient_type"].first(),
            "reach": grouped["reach"].first(),
            "activities": grouped.size(),
            "statuses": grouped["status"].agg(lambda column: tuple(sorted(set(column), key=STATUSES.index))),
            "start": grouped["start"].min(),
            "end": grouped["end"].max(),
            "donors": grouped["donor"].agg(lambda column: ", ".join(sorted(set(column.dropna())))),
        }
    )
    return frame.join(_people(grouped)).reset_index()


def by_recipient(rows: pd.DataFrame, column: str, kinds: tuple[str, ...], sectors: list[str]) -> pd.DataFrame:
    """Organisations by sector (rows) and a kind of organisation (columns; `unknown` where it occurs): 0 is none reported."""
    counted = rows.groupby(["sector", column])["organisation"].nunique().unstack(column)
    return counted.reindex(index=sectors, columns=[kind for kind in kinds if kind != "unknown" or kind in counted.columns]).fillna(0.0)


def by_status(rows: pd.DataFrame, sectors: list[str]) -> pd.DataFrame:
    """Activities and what they declare by sector and state: sector, status, activities, with_figure, beneficiaries."""
    grouped = rows[rows["sector"].isin(sectors)].groupby(["sector", "status"])
    frame = pd.DataFrame({"activities": grouped.size(), "with_figure": grouped["beneficiaries"].count()}).join(_people(grouped)).reset_index()
    return frame.sort_values(["sector", "status"], key=lambda c: c.map({name: place for place, name in enumerate((*sectors, *STATUSES))}), ignore_index=True)


@dataclass(frozen=True)
class Flows:
    """Activities by donor, organisation, sector and area, the smaller ends as OTHERS; how many names stand behind each OTHERS."""

    rows: pd.DataFrame
    donors: int
    organisations: int
    areas: int


def flows(rows: pd.DataFrame, *, donors: int = 8, partners: int = 10, areas: int = 8) -> Flows:
    """The path of the money as far as the 3W names it: activities with a donor, the largest ends by name, the others together."""
    named = rows[rows["donor"].notna() & (rows["sector"] != OTHER_SECTOR)]
    frame = named.assign(
        donor=_grouped(named["donor"], donors), organisation=_grouped(named["organisation"], partners), pcode=_grouped(named["pcode"], areas)
    )
    summed = frame.groupby(["donor", "organisation", "sector", "pcode"], as_index=False).size().rename(columns={"size": "activities"})
    hidden = [int(named.loc[frame[column] == OTHERS, column].nunique()) for column in ("donor", "organisation", "pcode")]
    return Flows(summed, *hidden)


def _spread(rows: pd.DataFrame, key: str, counted: str, sectors: list[str]) -> pd.DataFrame:
    return rows.groupby([key, "sector"])[counted].nunique().unstack("sector").reindex(columns=sectors).fillna(0.0)


def _people(grouped: pd.api.typing.DataFrameGroupBy) -> pd.DataFrame:
    """What activities declare: the sum of what is known, missing when nothing is, withheld when a part is."""
    withheld = grouped["protected"].any().astype(bool)
    return pd.DataFrame({"beneficiaries": grouped["beneficiaries"].sum(min_count=1).mask(withheld), "beneficiaries_protected": withheld})


def _grouped(names: pd.Series, kept: int) -> pd.Series:
    names = names.mask(names.str.casefold().isin(SAID_OTHER), OTHERS)
    counts = names[names != OTHERS].value_counts()
    # one more by name rather than a group of one
    largest = counts.index[: kept + 1 if len(counts) == kept + 1 else kept]
    return names.where(names.isin(largest), OTHERS)


def tracked(mapped: pd.DataFrame) -> list[str]:
    """Sectors the country's 3W can speak of, in the method's order."""
    return [sector for sector in SECTORS if sector in set(mapped["sector"])]
