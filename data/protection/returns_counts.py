"""The counts of returned persons of one year and kind that belong together, and every sum among them that a reader could make.

By year, by place at each level, by sex and age, by host country: four tables of the same people (METHOD 0.3), so what one says
bounds the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from data.cubes import ADULT_BAND, CHILD_BANDS, UNKNOWN
from data.protection.linear import Counts
from data.protection.rounding import WHOLE, Rounding

YEAR: Final = ("persons", "placed", "placed_level2", "sex_known", "age_known")
PLACE: Final = ("persons", "women", "men", "age_known", "age_5_17", "age_18_59")
BANDS: Final = ("0-4", *CHILD_BANDS, ADULT_BAND, "60+", UNKNOWN)
_WEIGHT: Final = {"cube_return_level": 4.0, "cube_return_year": 16.0}
"""Losing how many came to a place matters more than losing their sexes or ages; losing how many came to the country, most."""


def year_counts(
    tables: dict[str, pd.DataFrame], areas: pd.DataFrame, k: float, rounding: Mapping[str, Rounding],
) -> Iterator[tuple[tuple[str, ...], Counts]]:
    """Counts of each year, kind and source of a country. `tables` has the cubes' rows of the country with a column `row`;
    `areas` is indexed by pcode with parent and level; `rounding` is that of each source. Names of counts: table, row, column; a cell the
    table has no row for has the row `new` and its keys after the country.
    """
    levels, composition, hosts = (tables[f"cube_return_{name}"] for name in ("level", "composition", "host"))
    for total in tables["cube_return_year"].itertuples():
        here = (("year", total.year), ("kind", total.kind), ("source_id", total.source_id))
        counts = Counts()
        year = {name: _cell(counts, "cube_return_year", total, rounding, name) for name in YEAR}
        finest = _places(counts, _of(levels, *here), areas, k, rounding)
        _composition(counts, year, finest, _of(composition, *here), here, k, rounding.get(total.source_id, WHOLE))
        if finest:
            rows = list(finest)
            counts.total(year["persons"], [cells["persons"] for cells in finest.values()])
            alone = _only_children(areas)
            for column, least in (("placed", 1), ("placed_level2", 2)):
                found = [row for row in rows if row[1] >= 1] if least == 1 else [row for row in rows if row[1] == 2]
                sure = [finest[row]["persons"] for row in found if row[1] > least or row[0] not in alone]
                if len(sure) == len(found):
                    counts.total(year[column], sure)
                    continue
                # an only child has what is known of its parent, which is known less finely
                counts.remainder(year[column], sure, k=0)
                counts.remainder(counts.sum_of([finest[row]["persons"] for row in found], k=0), [year[column]], k=0)
            counts.total(year["sex_known"], [finest[row][sex] for row in rows for sex in ("women", "men")])
            counts.total(year["age_known"], [finest[row]["age_known"] for row in rows])
        if total.kind == "abroad":
            found = _of(hosts, ("year", total.year))
            cells = [_cell(counts, "cube_return_host", row, rounding) for row in found.itertuples()]
            # hosts count the same people; where they do not add up to them, neither bounds the other
            if cells and abs(found["persons"].sum() - total.persons) < 0.5:
                counts.total(year["persons"], cells)
        yield ("cube_return_year", str(total.year), str(total.kind)), counts
    covered = set(tables["cube_return_year"].loc[tables["cube_return_year"]["kind"] == "abroad", "year"])
    apart = Counts()
    for row in hosts[~hosts["year"].isin(covered)].itertuples():
        _cell(apart, "cube_return_host", row, rounding)
    yield ("cube_return_host", "", "abroad"), apart


def own_counts(
    tables: dict[str, pd.DataFrame], k: float, rounding: Mapping[str, Rounding],
) -> Iterator[tuple[tuple[str, ...], Counts, list[int]]]:
    """Counts of each year and type of another administration, and rows of the detail that are left out whole.

    Where everybody is of one sex or one age, or all are fewer than k, the rows themselves would say who came: none is published.
    """
    detail = tables["cube_return_own"]
    keys = ["source_id", "year", "host_iso3", "flow_type", "destination_home"]
    grouped = dict(iter(detail.groupby(keys, dropna=False, sort=False)))
    for total in tables["cube_return_own_type"].itertuples():
        rows = grouped[tuple(getattr(total, key) for key in keys)]
        counts = Counts()
        whole = _cell(counts, "cube_return_own_type", total, rounding)
        known = [rows.loc[rows[column].str.lower() != UNKNOWN, column].nunique() for column in ("sex", "age_band")]
        left_out = total.persons < k or 1 in known
        if not left_out:
            counts.total(whole, [_cell(counts, "cube_return_own", row, rounding) for row in rows.itertuples()])
        yield ("cube_return_own", str(total.year), str(total.flow_type)), counts, rows["row"].tolist() if left_out else []


def _places(
    counts: Counts, levels: pd.DataFrame, areas: pd.DataFrame, k: float, rounding: Mapping[str, Rounding],
) -> dict[tuple[str, int], dict[str, int]]:
    """Places at every level, the coarser the sum of the finer; the numbers of the finest by (pcode, level of the place)."""
    above: dict[tuple[str, int], dict[str, int]] = {}
    coarser: dict[str, dict[str, int]] = {}
    for level in sorted(levels["level"].unique()):
        above = {}
        parts: dict[str, list[dict[str, int]]] = {}
        for row in levels[levels["level"] == level].itertuples():
            cells = {name: _cell(counts, "cube_return_level", row, rounding, name) for name in PLACE}
            _of_a_place(counts, cells, k)
            above[(row.pcode, int(row.place_level))] = cells
            parts.setdefault(located(row.pcode, int(row.place_level), int(level) - 1, areas), []).append(cells)
        for pcode, whole in coarser.items():
            for name in PLACE:
                counts.total(whole[name], [cells[name] for cells in parts.get(pcode, [])])
        coarser = {pcode: cells for (pcode, _), cells in above.items()}
    return above


def located(pcode: str, place_level: int, level: int, areas: pd.DataFrame) -> str:
    """Where a place known at one level stands at another, as `cube_return_level` puts it."""
    if place_level == level - 1:
        children = areas.index[(areas["parent"] == pcode) & (areas["level"] == level)]
        return str(children[0]) if len(children) == 1 else pcode
    while place_level > max(level, 0):
        pcode, place_level = str(areas.at[pcode, "parent"]), place_level - 1
    return pcode


def _only_children(areas: pd.DataFrame) -> set[str]:
    """Areas without a sibling."""
    children = areas["parent"].value_counts()
    return set(areas.index[areas["parent"].map(children) == 1])


def _of_a_place(counts: Counts, cells: dict[str, int], k: float) -> None:
    """Sexes and ages of a place: what is left unsaid, and whether everybody is of one of them."""
    # that a source leaves nobody's sex or age unsaid, a reader can know
    counts.remainder(cells["persons"], [cells["women"], cells["men"]], k=k, fixed_at_zero=True)
    counts.remainder(cells["persons"], [cells["age_known"]], k=k, fixed_at_zero=True)
    counts.remainder(cells["age_known"], [cells["age_5_17"], cells["age_18_59"]], k=k)
    persons, women, men, age_known = (counts.values[cells[name]] for name in PLACE[:4])
    if persons > 0 and women + men == persons and 0 in (women, men):
        counts.sensitive[cells["women"]] = counts.sensitive[cells["men"]] = True
    for group in ("age_5_17", "age_18_59"):
        if persons > 0 and age_known == persons == counts.values[cells[group]]:
            counts.sensitive[counts.remainder(cells["persons"], [cells[group]], k=k)] = True
            counts.sensitive[cells[group]] = True


def _composition(
    counts: Counts, year: dict[str, int], places: dict[tuple[str, int], dict[str, int]], rows: pd.DataFrame,
    here: Sequence[tuple[str, object]], k: float, rounding: Rounding,
) -> None:
    """Sexes and ages of the country, cell by cell, their sums, and the same sums over places."""
    found = {(row.sex, row.age_band): row for row in rows.itertuples()}
    keys = {(sex, band) for sex in ("f", "m") for band in BANDS} | set(found)
    cells: dict[tuple[str, str], int] = {}
    for key in sorted(keys):
        row = found.get(key)
        name = ("cube_return_composition", str(row.row), "persons") if row is not None else (
            "cube_return_composition", "new", "persons", *(str(value) for _, value in here[:2]), *key, str(here[2][1]))
        cells[key] = counts.add(name, 0.0 if row is None else row.persons, rounding=rounding)
    counts.total(year["persons"], list(cells.values()))
    counts.total(year["sex_known"], [cell for (sex, _), cell in cells.items() if sex != UNKNOWN])
    counts.total(year["age_known"], [cell for (_, band), cell in cells.items() if band != UNKNOWN])
    for axis, of_places in ((0, {"women": ("f",), "men": ("m",)}), (1, {"age_5_17": CHILD_BANDS, "age_18_59": (ADULT_BAND,)})):
        sums = {}
        for word in sorted({key[axis] for key in cells}):
            parts = [cell for key, cell in cells.items() if key[axis] == word]
            sums[word] = counts.sum_of(parts, k=k)
            persons = counts.values[year["persons"]]
            if word != UNKNOWN and persons > 0 and counts.values[sums[word]] == persons:
                counts.sensitive[counts.remainder(year["persons"], [sums[word]], k=k)] = True
        for column, words in of_places.items():
            if places and all(word in sums for word in words):
                counts.total(
                    counts.sum_of([sums[word] for word in words], k=k), [place[column] for place in places.values()])


def _cell(counts: Counts, table: str, row: Any, rounding: Mapping[str, Rounding], column: str = "persons") -> int:
    weight = _WEIGHT.get(table, 1.0) if column == "persons" else 1.0
    # a row of persons is there because somebody came
    least = 1.0 if column == "persons" else 0.0
    return counts.add((table, str(row.row), column), getattr(row, column), weight=weight, least=least, rounding=rounding.get(row.source_id, WHOLE))


def _of(rows: pd.DataFrame, *wanted: tuple[str, object]) -> pd.DataFrame:
    for column, value in wanted:
        rows = rows[rows[column] == value]
    return rows
