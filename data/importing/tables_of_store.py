"""How each table of the store takes new rows: what they replace, and what counts as one figure when two states are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd


@dataclass(frozen=True)
class StoreTable:
    """`replaced`: SQL on the old row `t` and a new row `i`, both by the columns `by`; `figure`: the key of one figure; `value`: its worth,
    empty where a row is no figure."""

    name: str
    replaced: str
    by: tuple[str, ...]
    figure: tuple[str, ...]
    value: str


TABLES: Final = (
    # the year of a margin and kind (of a host country, for its own count) has one source; a source brings its periods one by one
    StoreTable("return_flow",
               "t.iso3 = i.iso3 AND t.margin = i.margin AND t.kind = i.kind AND t.year = i.year AND "
               "(i.margin <> 'own' OR t.host_iso3 IS NOT DISTINCT FROM i.host_iso3) AND "
               "(t.source_id <> i.source_id OR (t.period_start <= i.period_end AND i.period_start <= t.period_end))",
               ("iso3", "margin", "kind", "year", "host_iso3", "source_id", "period_start", "period_end"),
               ("iso3", "margin", "kind", "period_start", "period_end", "pcode", "host_iso3", "sex", "age_band"), "persons"),
    StoreTable("area_population", "t.pcode = i.pcode", ("pcode",), ("iso3", "pcode", "sex", "age_min", "age_max"), "persons"),
    StoreTable("indicator_value",
               "t.iso3 = i.iso3 AND t.indicator = i.indicator AND t.pcode IS NOT DISTINCT FROM i.pcode AND t.period_start = i.period_start "
               "AND t.period_end = i.period_end", ("iso3", "indicator", "pcode", "period_start", "period_end"),
               ("iso3", "indicator", "pcode", "period_start", "period_end"), "value"),
    StoreTable("area_facility", "t.iso3 = i.iso3", ("iso3",), ("iso3", "pcode", "facility_type", "tier"), "facilities"),
    StoreTable("facility", "t.iso3 = i.iso3", ("iso3",), ("iso3", "pcode", "name", "facility_type", "tier", "lon", "lat"), "1"),
    StoreTable("partner_activity", "t.iso3 = i.iso3", ("iso3",), ("iso3", "organisation", "cluster", "pcode", "start", "end", "donor"),
               "coalesce(beneficiaries, 0) + 1"),
    # what was given and what is asked for are two tables of FTS for one year
    StoreTable("funding_flow", "t.iso3 = i.iso3 AND t.year = i.year AND (t.requirements_usd IS NULL) = (i.requirements_usd IS NULL)",
               ("iso3", "year", "requirements_usd"), ("iso3", "year", "donor", "recipient", "cluster"),
               "coalesce(amount_usd, 0) + coalesce(requirements_usd, 0)"),
    StoreTable("structure_in_place", "t.iso3 = i.iso3", ("iso3",), ("iso3", "intervention", "pcode"), "units"),
    StoreTable("unit_price", "t.iso3 = i.iso3 AND t.intervention = i.intervention", ("iso3", "intervention"), ("iso3", "intervention"), "price_mode"),
    StoreTable("area", "t.iso3 = i.iso3", ("iso3",), ("iso3", "pcode"), "coalesce(population, 0) + 1"),
    StoreTable("place_alias", "t.iso3 = i.iso3", ("iso3",), ("iso3", "pcode", "alias"), ""),
)
BY_NAME: Final = {one.name: one for one in TABLES}
ADDED_TABLES: Final = {
    "funding_flow": "iso3 VARCHAR, year BIGINT, donor VARCHAR, recipient VARCHAR, cluster VARCHAR, amount_usd DOUBLE, requirements_usd DOUBLE, "
                    "source_id VARCHAR, row_no BIGINT",
    "structure_in_place": "iso3 VARCHAR, intervention VARCHAR, pcode VARCHAR, units DOUBLE, source_id VARCHAR, row_no BIGINT",
    "unit_price": "iso3 VARCHAR, intervention VARCHAR, price_low DOUBLE, price_mode DOUBLE, price_high DOUBLE, source_id VARCHAR, row_no BIGINT",
    "place_alias": "iso3 VARCHAR, pcode VARCHAR, language VARCHAR, alias VARCHAR, source_id VARCHAR, row_no BIGINT",
    "origin": "embedded_digest VARCHAR, parent VARCHAR, files VARCHAR, made_at TIMESTAMP",
}
"""Tables that the embedded dataset has no file for; `place_alias` has the names of areas in other languages than French
and English; `origin` says what a generation was made from."""
IMPORTED: Final = "import_"
"""How the ids of imported sources begin."""


def twice_brought(parts: Mapping[str, Sequence[pd.DataFrame]]) -> tuple[str, str] | None:
    """The sentence for two files of one import that count the same people of the same area, which would be summed; None when none do."""
    seen: set[tuple[object, ...]] = set()
    for frame in parts.get("area_population", ()):
        keys = set(frame[["pcode", "sex", "age_min", "age_max"]].fillna(-1).itertuples(index=False, name=None))
        if both := sorted(str(key[0]) for key in keys & seen):
            listed = ", ".join(dict.fromkeys(both[:5]))
            return (f"Deux fichiers donnent la population des mêmes unités ({listed}) : importez-les l'un après l'autre, le dernier compte.",
                    f"Two files give the population of the same areas ({listed}): import them one after the other, the last one counts.")
        seen |= keys
    return None
