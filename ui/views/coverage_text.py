"""The words and scales of the page Coverage: maps, sentences, names of sectors, types and reasons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import pandas as pd

from analytics.inputs import SECTORS, PlanInputs
from ui import format as say
from ui import session
from ui.colours import Scale, TwoWayScale, magnitude_scale, two_way_scale
from ui.language import t, tn
from ui.views.coverage import OTHERS

NEED_BREAKS: Final = (33.0, 67.0)
COVERAGE_BREAKS: Final = (1 / 3, 2 / 3)
COUNT_BREAKS: Final = (1, 5, 15, 40)
ABSENT_BREAKS: Final = (1, 2, 3, 5)
STATUS_COLOURS: Final = (("planned", "#56B4E9"), ("ongoing", "#0072B2"), ("completed", "#009E73"), ("unknown", "#9A9A9A"))


def sector_names(codes: Iterable[str] | None) -> str:
    """Names of sectors as a list in a sentence."""
    return ", ".join(t(f"sector.{code}") for code in codes) if codes else ""


def both_scale() -> TwoWayScale:
    """Need against coverage in nine colours."""
    parts = (t("coverage.low"), t("coverage.middle"), t("coverage.high"))
    return two_way_scale(
        t("coverage.need"),
        t("coverage.coverage"),
        x_breaks=NEED_BREAKS,
        y_breaks=COVERAGE_BREAKS,
        x_classes=parts,
        y_classes=parts,
        title=t("coverage.map.both"),
    )


def count_scale(view: str, values: pd.Series) -> Scale:
    """Classes for organisations or absent sectors; 0 is a class of its own."""
    breaks = COUNT_BREAKS if view == "partners" else ABSENT_BREAKS
    return magnitude_scale(
        values, title=t(f"coverage.map.{view}"), unit=t(f"coverage.map.unit.{view}"), method="fixed", breaks=breaks, format=say.number
    )


def both_rows(frame: pd.DataFrame, names: pd.Series, has_3w: bool) -> pd.DataFrame:
    """Rows of the map of need and coverage."""
    texts = []
    for need, coverage, demand in frame[["need", "coverage", "demand"]].itertuples(index=False):
        if not has_3w:
            texts.append(t("coverage.map.no_3w", need=say.number(need)))
        elif say.missing(coverage) and not demand:
            texts.append(t("coverage.map.no_demand", need=say.number(need)))
        else:
            texts.append(t("coverage.map.text", need=say.number(need), coverage=say.percent(coverage)))
    return pd.DataFrame({"value": frame["need"], "value_y": frame["coverage"], "name": names, "text": texts}, index=frame.index)


def count_rows(view: str, values: pd.Series, names: pd.Series) -> pd.DataFrame:
    """Rows of the map of organisations or absent sectors."""
    return pd.DataFrame({"value": values, "name": names, "text": [counted(view, value) for value in values]}, index=values.index)


def counted(view: str, value: Any) -> str:
    """A number of organisations or of absent sectors in words; a 3W that names none says so."""
    if say.missing(value):
        return say.no_data()
    if view == "partners":
        return tn("coverage.organisations", int(value)) if value else t("coverage.none_reported")
    return tn("coverage.sectors_absent", int(value))


def named_matrix(table: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """The matrix with names of areas and short names of sectors."""
    return table.rename(index=names.to_dict(), columns={code: t(f"sector.short.{code}") for code in SECTORS})


def named_flows(flows: pd.DataFrame) -> pd.DataFrame:
    """Flows with names of sectors, the grouped ends named."""
    return flows.assign(
        donor=flows["donor"].replace({OTHERS: t("coverage.flow.donors")}),
        organisation=flows["organisation"].replace({OTHERS: t("coverage.flow.partners")}),
        sector=[t(f"sector.short.{code}") for code in flows["sector"]],
    )


def answer(inputs: PlanInputs, country_name: str, partners: int, bare: int, most: tuple[str, int] | None) -> str:
    """The sentence under the title."""
    areas = len(inputs.areas)
    gaps = (
        t("coverage.answer_no_gap")
        if most is None
        else t("coverage.answer_gaps", sector=t(f"sector.{most[0]}"), absent=say.number(most[1]), all=say.number(areas))
    )
    return t(
        "coverage.answer", country=country_name, partners=say.number(partners), areas=say.number(bare), all=say.number(areas), gaps=gaps
    )


def named_partners(frame: pd.DataFrame) -> pd.DataFrame:
    """Organisations with the words for their type and sectors."""
    return frame.assign(
        recipient=[t(f"coverage.recipient.{kind}") for kind in frame["recipient_type"]],
        sector_names=[sector_names(codes) or t("sector.none") for codes in frame["sectors"]],
    )


def named_recipients(table: pd.DataFrame) -> pd.DataFrame:
    """Sectors by type of organisation, named."""
    return table.rename(
        index={code: t(f"sector.short.{code}") for code in SECTORS},
        columns={kind: t(f"coverage.recipient.{kind}") for kind in table.columns},
    )


def named_status(frame: pd.DataFrame) -> pd.DataFrame:
    """Activities by sector and status with names of sectors."""
    return frame.assign(group=[t(f"sector.short.{code}") for code in frame["sector"]])


def named_duplicates(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows that may count twice with the reason in words and the name of the place; `reason_code` keeps the code."""
    return frame.assign(
        reason_code=frame["reason"],
        reason=[t(f"coverage.duplicates.{reason}") for reason in frame["reason"]],
        place=[session.area_name(code) for code in frame["pcode"]],
    )


def named_areas(frame: pd.DataFrame) -> pd.DataFrame:
    """Areas with the absent sectors named; without a 3W the cell says so."""
    return frame.assign(absent_names=[say.no_data() if codes is None else sector_names(codes) for codes in frame["absent"]])
