"""Small made-up countries for the tests of the method: every figure drawn from a seed, the real catalogue."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analytics.inputs import COLUMNS, SECTORS, Catalogue, PlanInputs

TABLES = Path(__file__).resolve().parents[2] / "data" / "catalogue"


def catalogue() -> Catalogue:
    """The shipped catalogue, read without the store."""
    interventions = pd.read_csv(TABLES / "interventions.csv", dtype=str, keep_default_na=False).set_index("code")
    for column in ("recipients", "support", "levels", "sectors", "stances", "triggers", "prerequisites"):
        interventions[column] = [tuple(filter(None, cell.split(";"))) for cell in interventions[column]]
    interventions["serves"] = [{p.split(":")[0]: float(p.split(":")[1]) for p in cell.split(";") if p} for cell in interventions["serves_per_unit_year"]]
    for column in ("per", "price_low", "price_mode", "price_high", "lead_months", "life_months"):
        interventions[column] = interventions[column].astype(float)
    interventions["plus_country"] = interventions["plus_country"] == "1"
    indicators = pd.read_csv(TABLES / "indicators.csv").set_index("code")
    sectors = pd.DataFrame({"name_fr": SECTORS, "name_en": SECTORS}, index=list(SECTORS))
    return Catalogue(interventions, indicators, sectors, pd.read_csv(TABLES / "prevalence.csv"), pd.read_csv(TABLES / "supply.csv"))


def frame(table: str, rows: list[dict[str, Any]] | None = None) -> pd.DataFrame:
    return pd.DataFrame(rows or [], columns=list(COLUMNS[table]))


def world(
    areas: int = 4,
    seed: int = 0,
    *,
    partners: bool = True,
    without_population: tuple[int, ...] = (),
    indicators: float = 0.5,
    scale: float = 1.0,
) -> PlanInputs:
    """A country of `areas` areas under two regions, with returns of three years, some indicators and perhaps a 3W.

    Each area draws from its own stream, so a larger country has the same first areas (METHOD 2: adding an area changes no score).
    """
    made = catalogue()
    area_rows, return_rows, indicator_rows, activity_rows = [], [], [], []
    assessed = made.indicators[made.indicators["goalpost_high"].notna() & (made.indicators["origin"] != "computed")]
    for number in range(areas):
        draw = np.random.default_rng([seed, number])
        pcode = f"XX{number:03d}"
        population = np.nan if number in without_population else float(draw.integers(50_000, 3_000_000))
        area_rows.append(
            {
                "name_fr": f"Zone {number}",
                "name_en": f"Area {number}",
                "parent": f"XX{number % 2}",
                "parent_name_fr": "",
                "parent_name_en": "",
                "population": population,
                "population_quality": "observed",
                "population_known": 1.0,
                "population_period": "2020",
                "population_source": "pop",
                "share_5_17": 0.35,
                "share_18_59": 0.45,
                "share_quality": "estimated",
                "row_no": np.nan,
                "facilities": float(draw.integers(5, 400)),
            }
        )
        for year in (2023, 2024, 2025):
            for kind, most in (("internal", 80_000), ("abroad", 5_000)):
                persons = float(draw.integers(0, most)) * scale * float(draw.random() < 0.8)
                return_rows.append(
                    {
                        "year": year,
                        "kind": kind,
                        "pcode": pcode,
                        "persons": persons,
                        "age_known": 0.0,
                        "age_5_17": 0.0,
                        "age_18_59": 0.0,
                        "quality": "observed",
                        "source_id": "unhcr",
                        "row_no": len(return_rows) + 2,
                    }
                )
        for code, row in assessed.iterrows():
            if draw.random() < indicators:
                value = float(draw.uniform(row["goalpost_low"], row["goalpost_high"]))
                indicator_rows.append(
                    {
                        "pcode": pcode,
                        "indicator": code,
                        "value": value,
                        "quality": "observed",
                        "period_start": "2025",
                        "period_end": "2025",
                        "source_id": "survey",
                        "row_no": 1,
                    }
                )
        for position in range(int(draw.integers(0, 4)) if partners else 0):
            activity_rows.append(
                {
                    "organisation": f"Org {position}",
                    "organisation_type": "National NGO",
                    "recipient_type": "civil",
                    "cluster": "Santé",
                    "sector": str(draw.choice(["HEA", "PSY", "JUS"])),
                    "pcode": pcode,
                    "status": "ongoing",
                    "start": pd.Timestamp(2025, 1, 1),
                    "end": pd.Timestamp(2026, int(draw.integers(1, 13)), 1),
                    "beneficiaries": float(draw.integers(100, 20_000)),
                    "beneficiary_type": str(draw.choice(["returnees", "everyone", "unspecified"])),
                    "donor": "",
                    "duplicate_of": np.nan,
                    "source_id": "3w",
                    "row_no": position,
                }
            )
    hosts = [
        {"year": 2025, "host_iso3": iso3, "host_name_fr": iso3, "host_name_en": iso3, "persons": persons, "source_id": "unhcr", "row_no": row}
        for row, (iso3, persons) in enumerate((("AAA", 700.0), ("BBB", 280.0), ("CCC", 20.0)), 2)
    ]
    return PlanInputs(
        country="XXX",
        country_name_fr="Pays",
        country_name_en="Country",
        level=1,
        levels=(1,),
        generation="test",
        returns_end=date(2025, 12, 31),
        has_activities=partners,
        activities_period=None,
        catalogue=made,
        areas=pd.DataFrame(area_rows, index=[f"XX{n:03d}" for n in range(areas)]),
        returns=frame("returns", return_rows),
        hosts=frame("hosts", hosts),
        indicators=frame("indicators", indicator_rows),
        activities=_typed(frame("activities", activity_rows)),
        mapped_sectors=frame("mapped_sectors", [{"sector": s} for s in ("HEA", "PSY", "JUS", "HOU", "EDU", "SOP")] if partners else None),
        in_place=frame("in_place"),
        sources=frame("sources"),
    )


def _typed(activities: pd.DataFrame) -> pd.DataFrame:
    for column in ("start", "end"):
        activities[column] = pd.to_datetime(activities[column])
    for column in ("beneficiaries", "duplicate_of"):
        activities[column] = activities[column].astype(float)
    return activities
