"""The words and scales of the page Coverage: maps, sentences, names of sectors, types and reasons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import pandas as pd

from analytics.assessment import Assessment
from analytics.inputs import OBSERVED, QUALITIES, SECTORS, PlanInputs
from ui import format as say
from ui import naming, session
from ui.colours import Scale, TwoWayScale, magnitude_scale, two_way_scale
from ui.columns import Column
from ui.figures import Figure, quality_mark
from ui.language import t, tn
from ui.views import coverage_columns as columns
from ui.views.coverage import Totals
from ui.views.coverage_activities import OTHER_SECTOR, OTHERS, Flows, by_area, by_organisation, presences
from ui.views.coverage_columns import sector_name

NEED_BREAKS: Final = (33.0, 67.0)
COVERAGE_BREAKS: Final = (1 / 3, 2 / 3)
NEED_ONLY_BREAKS: Final = (20, 40, 60, 80)
COUNT_BREAKS: Final = (1, 5, 15, 40)
ABSENT_BREAKS: Final = (1, 2, 3, 5)
STATUS_COLOURS: Final = (("planned", "#56B4E9"), ("ongoing", "#0072B2"), ("completed", "#009E73"), ("unknown", "#9A9A9A"))


def sector_names(codes: Iterable[str] | None) -> str:
    """Names of sectors as a list in a sentence."""
    return ", ".join(t(f"sector.{code}") for code in codes) if codes else ""


def both_scale() -> TwoWayScale:
    """Need against coverage in nine colours."""
    return two_way_scale(
        t("coverage.need"),
        t("coverage.coverage"),
        x_breaks=NEED_BREAKS,
        y_breaks=COVERAGE_BREAKS,
        x_classes=(t("coverage.low"), t("coverage.middle"), t("coverage.high")),
        y_classes=(t("coverage.low"), t("coverage.middle.covered"), t("coverage.high.covered")),
        title=t("coverage.map.both"),
        x_format=say.number,
        y_format=say.percent,
    )


def count_scale(view: str, values: pd.Series) -> Scale:
    """Classes for organisations or absent sectors; 0 is a class of its own."""
    breaks = COUNT_BREAKS if view == "partners" else ABSENT_BREAKS
    return magnitude_scale(
        values, title=t(f"coverage.map.{view}"), unit="", method="fixed", breaks=breaks, format=say.number, whole=True
    )


def need_scale(frame: pd.DataFrame) -> Scale:
    """Classes of need alone, where a country has no 3W."""
    return magnitude_scale(frame["need"], title=t("coverage.map.need"), unit="", method="fixed", breaks=NEED_ONLY_BREAKS, format=say.number)


def need_rows(frame: pd.DataFrame, names: pd.Series, horizon_months: int) -> pd.DataFrame:
    """Rows of the map of need alone: each says that coverage is not known."""
    texts = [f"{t('coverage.map.no_3w', need=say.number(need))}\n{facts}" for need, facts in zip(frame["need"], _computed(frame, horizon_months), strict=True)]
    return pd.DataFrame({"value": frame["need"], "name": names, "text": texts}, index=frame.index)


def both_rows(frame: pd.DataFrame, names: pd.Series, horizon_months: int) -> pd.DataFrame:
    """Rows of the map of need and coverage; where no return is expected there is nothing to cover, and the text says so."""
    lines = [
        t("coverage.map.no_demand", need=say.number(need))
        if none
        else t("coverage.map.text", need=say.number(need), coverage=say.percent(coverage))
        for need, coverage, none in frame[["need", "coverage", "none"]].itertuples(index=False)
    ]
    texts = [f"{line}\n{facts}" for line, facts in zip(lines, _computed(frame, horizon_months), strict=True)]
    return pd.DataFrame(
        {"value": frame["need"], "value_y": frame["coverage"], "name": names, "text": texts, "none": frame["none"]}, index=frame.index
    )


def count_rows(view: str, values: pd.Series, names: pd.Series, period: str, publisher: str) -> pd.DataFrame:
    """Rows of the map of organisations or absent sectors, with the period and the publisher of the 3W."""
    facts = t("map.facts", period=period, source=publisher, quality=quality_mark(OBSERVED))
    return pd.DataFrame({"value": values, "name": names, "text": [f"{counted(view, value)}\n{facts}" for value in values]}, index=values.index)


def _computed(frame: pd.DataFrame, horizon_months: int) -> list[str]:
    """For each area the period, the source and the quality of what the method computed."""
    return [t("map.computed", months=horizon_months, quality=quality_mark(quality)) for quality in frame["quality"]]


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


def named_donors(rows: pd.DataFrame) -> pd.DataFrame:
    """Activities with their donors as the language spoken calls them."""
    return rows.assign(donor=rows["donor"].map(naming.donor_name, na_action="ignore"))


def named_flows(flows: Flows, names: pd.Series) -> pd.DataFrame:
    """Flows with names of sectors and areas, the grouped ends named with how many they are."""
    rows = flows.rows
    return rows.assign(
        donor=rows["donor"].replace({OTHERS: tn("coverage.flow.donors", flows.donors)}),
        organisation=rows["organisation"].replace({OTHERS: tn("coverage.flow.partners", flows.organisations)}),
        sector=[sector_name(code) for code in rows["sector"]],
        area=[tn("coverage.flow.areas", flows.areas) if code == OTHERS else names.get(code, session.area_name(code)) for code in rows["pcode"]],
    )


def flow_note(flows: Flows, rows: pd.DataFrame) -> str:
    """What the width is, what is left out, what is put together."""
    ends = (("donors", flows.donors), ("partners", flows.organisations), ("areas", flows.areas))
    grouped = [tn(f"coverage.flow.grouped.{name}", count) for name, count in ends if count]
    told = t("coverage.flow.note", unknown=say.percent(rows["donor"].isna().mean()))
    return f"{told} {t('coverage.flow.grouped', names=say.several(grouped))}" if grouped else told


def duplicates_note(doubles: pd.DataFrame) -> str:
    """How many rows may count twice, and why."""
    exact = int((doubles["reason_code"] == "exact").sum())
    return " ".join(
        tn(f"coverage.duplicates.note.{name}", count, count=say.number(count)) if count else t(f"coverage.duplicates.none.{name}")
        for name, count in (("exact", exact), ("same", len(doubles) - exact))
    )


def quality_of(assessed: Assessment) -> str:
    """The weakest quality of the demand a coverage is a share of."""
    return QUALITIES[int(assessed.needs.quality.to_numpy().max())]


def figures(totals: Totals, period: str, publisher: str, horizon_months: int) -> list[Figure]:
    """The headline figures of a country with a 3W: its period and publisher, and the horizon of the demand."""

    def counted_figure(name: str, value: str, exact: str | None = None, *, label: str = "") -> Figure:
        return Figure(label or t(f"coverage.figure.{name}"), value, period, OBSERVED, t(f"coverage.figure.{name}.help"), exact, publisher)

    # what a release withholds is missing from the sum; said in the label, where there is room for it
    least = t("coverage.figure.reported.at_least") if totals.withheld and not say.missing(totals.beneficiaries) else ""
    return [
        counted_figure("partners", say.number(totals.organisations)),
        counted_figure("activities", say.number(totals.activities)),
        counted_figure("reported", say.persons(totals.beneficiaries), say.exact(totals.beneficiaries), label=least),
        Figure(
            t("coverage.figure.coverage"),
            say.percent(totals.coverage),
            t("situation.horizon", months=horizon_months),
            totals.coverage_quality,
            t("coverage.figure.coverage.help"),
            source=t("quality.source.computed"),
        ),
    ]


def answer(inputs: PlanInputs, country_name: str, partners: int, bare: int, most: tuple[str, int] | None) -> str:
    """The sentence under the title."""
    areas = len(inputs.areas)
    gaps = (
        t("coverage.answer_no_gap")
        if most is None
        else t("coverage.answer_gaps", sector=t(f"sector.{most[0]}"), absent=say.number(most[1]), all=say.number(areas))
    )
    return t(
        "coverage.answer",
        country=country_name,
        organisations=tn("coverage.answer.organisations", partners, count=say.number(partners)),
        bare=tn("coverage.answer.bare", bare, count=say.number(bare), all=say.number(areas)),
        gaps=gaps,
    )


def laid_out(layout: str, rows: pd.DataFrame, areas: pd.DataFrame, level: int, sectors: list[str]) -> tuple[list[Column], pd.DataFrame]:
    """Who does what where as asked: by organisation, by area, or every presence; the columns and the rows."""
    occurring = [sector for sector in (*sectors, OTHER_SECTOR) if sector in set(rows["sector"])]
    if layout == "areas":
        return columns.area_columns(level, occurring), by_area(rows, areas, occurring)
    if layout == "rows":
        return columns.presence_columns(level), named_presences(presences(rows))
    return columns.organisation_columns(occurring), named_organisations(by_organisation(rows, occurring))


def named_organisations(frame: pd.DataFrame) -> pd.DataFrame:
    """Organisations or presences with the words for their type and level."""
    return frame.assign(
        recipient=[t(f"coverage.recipient.{kind}") for kind in frame["recipient_type"]],
        reach_name=[t(f"coverage.reach.{name}") for name in frame["reach"]],
    )


def named_presences(frame: pd.DataFrame) -> pd.DataFrame:
    """Presences with the words for sector, area, type, level and states."""
    return named_organisations(frame).assign(
        sector_name=[sector_name(code) for code in frame["sector"]],
        area=[session.area_name(code) for code in frame["pcode"]],
        states=[", ".join(t(f"coverage.status.{status}") for status in statuses) for statuses in frame["statuses"]],
    )


def named_kinds(table: pd.DataFrame, words: str) -> pd.DataFrame:
    """Sectors by a kind of organisation, named; `words` is `recipient` or `reach`."""
    return table.rename(
        index={code: sector_name(code) for code in table.index}, columns={kind: t(f"coverage.{words}.{kind}") for kind in table.columns}
    )


def named_status(frame: pd.DataFrame) -> pd.DataFrame:
    """Activities by sector and status with names."""
    return frame.assign(
        group=[sector_name(code) for code in frame["sector"]], status_name=[t(f"coverage.status.{status}") for status in frame["status"]]
    )


def named_gaps(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Sectors without a partner: names of sectors and areas; where the 3W cannot say, the cell says so."""
    return frame.assign(
        sector_name=[t(f"sector.{code}") for code in frame["sector"]],
        places=[
            ", ".join(str(names[code]) for code in codes) if told else t("coverage.gaps.untold")
            for codes, told in zip(frame["pcodes"], frame["told"], strict=True)
        ],
    )


def named_duplicates(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows that may count twice with the reason in words and the name of the place; `reason_code` keeps the code."""
    return named_donors(frame).assign(
        reason_code=frame["reason"],
        reason=[t(f"coverage.duplicates.{reason}") for reason in frame["reason"]],
        place=[session.area_name(code) for code in frame["pcode"]],
    )


def named_areas(frame: pd.DataFrame) -> pd.DataFrame:
    """Areas with the absent sectors named, or that none is; without a 3W the cell says so."""
    said = [say.no_data() if codes is None else ", ".join(sector_name(code) for code in codes) or t("coverage.no_absent") for codes in frame["absent"]]
    return frame.assign(absent_names=said)
