"""What a release states, read from its file alone: every figure about persons by name, what adds up to what, what a reader would subtract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Final

import duckdb
import pandas as pd

from data.protection.bounds import Statement, total, within
from data.protection.rounding import WHOLE, Rounding, declared

TABLES: Final = {
    "release", "country", "country_name", "country_note", "indicator", "sector", "sector_cluster", "issue_message", "source", "import_issue",
    "cube_area", "cube_geometry", "cube_return_year", "cube_return_level", "cube_return_composition", "cube_return_host", "cube_return_own",
    "cube_return_own_type", "cube_indicator", "cube_activity", "activity", "indicator_past",
}
_MAY_HAVE: Final = {"source_rounding", "unit_price", "structure_in_place", "funding_flow"}
"""A release has no other table: least of all the facts."""
_YEAR: Final = ("persons", "placed", "placed_level2", "sex_known", "age_known")
_PLACE: Final = ("persons", "women", "men", "age_known", "age_5_17", "age_18_59")
Rows = dict[tuple[Any, ...], list[Any]]
_AGES: Final = {"age_5_17": ("5-11", "12-17"), "age_18_59": ("18-59",)}


@dataclass
class Published:
    """Figures by name (None: withheld), statements among them, `left` (sums a reader makes: few persons must not show), `others`
    (everybody but one category: must not be nobody)."""

    k: int
    figures: dict[Hashable, float | None] = field(default_factory=dict)
    statements: list[Statement] = field(default_factory=list)
    left: dict[Hashable, dict[Hashable, float]] = field(default_factory=dict)
    others: dict[Hashable, dict[Hashable, float]] = field(default_factory=dict)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    """(table, reason) of what no arithmetic is needed to see."""

    of_source: dict[Hashable, str] = field(default_factory=dict)
    """Source of each figure, where one is named."""
    source_rounding: dict[str, Rounding] = field(default_factory=dict)
    file: str = ""
    """Name of the file that was read."""
    is_before_rounding: bool = False
    """Whether the release was made before releases were kept from a reader who knows how their sources round."""

    @property
    def rounding(self) -> dict[Hashable, Rounding]:
        """How the source of a figure rounds, where that is more than whole persons."""
        found = {name: self.source_rounding.get(source, WHOLE) for name, source in self.of_source.items()}
        return {name: one for name, one in found.items() if one != WHOLE}

    @property
    def least(self) -> dict[Hashable, float]:
        """Figures that are at least 1, and so the smallest count of their source: a row of persons is there because somebody came. A row by sex
        and age may be there to hide that nobody did.
        """
        return {name: 1.0 for name in self.figures
                if isinstance(name, tuple) and len(name) > 1 and name[1] == "persons" and name[0] != "cube_return_composition"}

    def figure(self, name: Hashable, value: Any, source_id: str = "") -> Hashable:
        self.figures[name] = None if pd.isna(value) else float(value)
        self.of_source[name] = source_id
        return name


def read(connection: duckdb.DuckDBPyConnection) -> Published:
    """Everything a release says about persons."""
    tables = [row[0] for row in connection.execute("SELECT table_name FROM information_schema.tables").fetchall()]
    row = connection.execute("SELECT k FROM release").fetchone() if "release" in tables else None
    said = Published(int(row[0]) if row else 0)
    said.wrong += [(name, "facts") for name in tables if name not in TABLES | _MAY_HAVE]
    said.wrong += [(name, "missing") for name in TABLES if name not in tables]
    if said.wrong:
        return said
    said.source_rounding = declared()
    said.is_before_rounding = "source_rounding" not in tables
    if not said.is_before_rounding:
        said.source_rounding |= {row[0]: Rounding(int(row[1]), int(row[2])) for row in connection.execute(
            "SELECT source_id, smallest, step FROM source_rounding").fetchall()}
    frames = {name: connection.execute(f'SELECT * FROM "{name}"').df() for name in TABLES if name != "cube_geometry"}
    above = dict(zip(frames["cube_area"]["pcode"], frames["cube_area"]["parent"], strict=True))
    hosts = frames["cube_return_host"]
    for row in hosts.itertuples():
        said.figure(("cube_return_host", "persons", row.iso3, row.year, row.host_iso3, row.source_id), row.persons, row.source_id)
    rows = {name: _by_year(frames[f"cube_return_{name}"]) for name in ("composition", "level")}
    rows["host"] = _grouped(hosts, ["iso3", "year"])
    for year in frames["cube_return_year"].itertuples():
        _year(said, year, rows, above)
    _own(said, frames["cube_return_own_type"], frames["cube_return_own"])
    _indicators(said, frames, above)
    _populations(said, frames)
    _activities(said, frames["activity"], frames["cube_activity"])
    return said


def _year(said: Published, year: Any, rows: dict[str, Rows], above: dict[str, str]) -> None:
    here = (year.iso3, year.year, year.kind, year.source_id)
    of = {name: said.figure(("cube_return_year", name, *here), getattr(year, name), year.source_id) for name in _YEAR}
    cells = {}
    for row in rows["composition"].get(here, ()):
        cells[row.sex, row.age_band] = said.figure(("cube_return_composition", "persons", *here, row.sex, row.age_band), row.persons, year.source_id)
    said.statements += [
        total(list(cells.values()), of["persons"]),
        total([cell for (sex, _), cell in cells.items() if sex != "unknown"], of["sex_known"]),
        total([cell for (_, age), cell in cells.items() if age != "unknown"], of["age_known"]),
    ]
    for axis in (0, 1):
        for word in {key[axis] for key in cells}:
            of_word = [cell for key, cell in cells.items() if key[axis] == word]
            said.left["cube_return_composition", word, *here] = dict.fromkeys(of_word, 1.0)
            if word != "unknown":
                said.others["cube_return_composition", word, *here] = {of["persons"]: 1.0, **dict.fromkeys(of_word, -1.0)}
    levels: dict[int, dict[str, tuple[int, dict[str, Hashable]]]] = {}
    children = Counter(above.values())
    alone = {code for code, parent in above.items() if children[parent] == 1}
    for row in rows["level"].get(here, ()):
        place = {name: said.figure(("cube_return_level", name, *here, row.level, row.pcode), getattr(row, name), year.source_id) for name in _PLACE}
        levels.setdefault(int(row.level), {})[row.pcode] = (int(row.place_level), place)
        _place(said, place)
    for level, places in levels.items():
        one = [place for _, place in places.values()]
        said.statements += [
            total([place["persons"] for place in one], of["persons"]),
            total([place[sex] for place in one for sex in ("women", "men")], of["sex_known"]),
            total([place["age_known"] for place in one], of["age_known"]),
        ]
        for column, found in (("placed", {code for code, (at, _) in places.items() if at >= 1}),
                              ("placed_level2", {code for code, (at, _) in places.items() if at == 2})):
            # an only part has what is known of the whole, which is known less finely
            sure = found - alone
            if column == "placed" or level == max(levels):
                said.statements += [
                    within([places[code][1]["persons"] for code in sure], of[column]),
                    Statement({**dict.fromkeys((places[code][1]["persons"] for code in found), 1.0), of[column]: -1.0}, at_least=True)]
        for column, parts in (("women", [cell for (sex, _), cell in cells.items() if sex == "f"]),
                              ("men", [cell for (sex, _), cell in cells.items() if sex == "m"]),
                              *((column, [cell for (_, age), cell in cells.items() if age in bands]) for column, bands in _AGES.items())):
            said.statements.append(Statement({**dict.fromkeys(parts, 1.0), **dict.fromkeys((place[column] for place in one), -1.0)}))
        if level - 1 in levels:
            _nested(said, levels[level - 1], places, level - 1, above)
    if year.kind == "abroad":
        by_source: dict[str, list[Hashable]] = {}
        for row in rows["host"].get((year.iso3, year.year), ()):
            by_source.setdefault(row.source_id, []).append(("cube_return_host", "persons", row.iso3, row.year, row.host_iso3, row.source_id))
        said.statements += [total(names, of["persons"], certain=False) for _, names in sorted(by_source.items())]


def _place(said: Published, place: dict[str, Hashable]) -> None:
    said.statements += [
        within([place["women"], place["men"]], place["persons"]), within([place["age_known"]], place["persons"]),
        within([place["age_5_17"], place["age_18_59"]], place["age_known"]),
    ]
    name = place["persons"]
    said.left["sex unsaid", name] = {name: 1.0, place["women"]: -1.0, place["men"]: -1.0}
    said.left["age unsaid", name] = {name: 1.0, place["age_known"]: -1.0}
    said.left["other ages", name] = {place["age_known"]: 1.0, place["age_5_17"]: -1.0, place["age_18_59"]: -1.0}
    for group in ("women", "men", "age_5_17", "age_18_59"):
        said.others[group, name] = {name: 1.0, place[group]: -1.0}


def _nested(
    said: Published, coarse: dict[str, tuple[int, dict[str, Hashable]]], fine: dict[str, tuple[int, dict[str, Hashable]]], level: int,
    above: dict[str, str],
) -> None:
    """What is known finely adds up to what is known coarsely."""
    parts: dict[str, list[dict[str, Hashable]]] = {}
    for code, (at, place) in fine.items():
        while at > level:
            code, at = above[code], at - 1
        # a country known as a whole may stand under its only part
        if code not in coarse:
            inside = [known for known in coarse if above.get(known) == code]
            code = inside[0] if len(inside) == 1 else code
        parts.setdefault(code, []).append(place)
    for code, (_, place) in coarse.items():
        if code in parts:
            said.statements += [total([one[column] for one in parts[code]], place[column]) for column in _PLACE]


def _own(said: Published, totals: pd.DataFrame, detail: pd.DataFrame) -> None:
    keys = ["iso3", "source_id", "year", "host_iso3", "flow_type", "destination_home"]
    grouped = dict(iter(detail.groupby(keys, dropna=False)))
    for row in totals.itertuples():
        key = tuple(getattr(row, name) for name in keys)
        whole = said.figure(("cube_return_own_type", "persons", *key), row.persons, row.source_id)
        if key not in grouped:
            continue
        cells = {(one.sex, one.age_band): said.figure(("cube_return_own", "persons", *key, one.sex, one.age_band), one.persons, row.source_id)
                 for one in grouped[key].itertuples()}
        said.statements.append(total(list(cells.values()), whole))
        for axis in (0, 1):
            for word in {cell[axis] for cell in cells if cell[axis].lower() != "unknown"}:
                of_word = dict.fromkeys((name for cell, name in cells.items() if cell[axis] == word), -1.0)
                said.others["cube_return_own", word, *key] = {whole: 1.0, **of_word}


def _indicators(said: Published, frames: dict[str, pd.DataFrame], above: dict[str, str]) -> None:
    counted = set(frames["indicator"].loc[frames["indicator"]["unit"] == "persons", "code"])
    past = frames["indicator_past"]
    latest = frames["cube_indicator"]
    keys = ["iso3", "indicator", "pcode", "period_end", "source_id", "row_no"]
    both = latest.merge(past, on=keys, suffixes=("", "_past"))
    if (both["value"].isna() != both["value_past"].isna()).any():
        said.wrong.append(("cube_indicator", "elsewhere"))
    few = set(frames["cube_area"].loc[frames["cube_area"]["protected"], "pcode"])
    if past.loc[past["pcode"].isin(few) & ~past["indicator"].isin(counted), "value"].notna().any():
        said.wrong.append(("indicator_past", "few_residents"))
    people = past[past["indicator"].isin(counted)]
    for _, rows in people.groupby(["indicator", "period_start", "period_end", "source_id"], dropna=False):
        names: dict[str, Hashable] = {}
        for row in rows.itertuples():
            key = ("indicator_past", row.indicator, row.iso3, str(row.period_end), row.source_id, row.pcode, row.place, row.row_no)
            name = said.figure(key, row.value, row.source_id)
            if isinstance(row.pcode, str):
                names.setdefault(row.pcode, name)
        for code, whole in names.items():
            parts = [name for other, name in names.items() if above.get(other) == code and other != code]
            if parts:
                said.statements.append(within(parts, whole, certain=False))


def _populations(said: Published, frames: dict[str, pd.DataFrame]) -> None:
    areas = frames["cube_area"]
    known = areas[areas["population"].notna() | areas["protected"]]
    names = {row.pcode: said.figure(("cube_area", "population", row.pcode), row.population) for row in known.itertuples()}
    for parent, rows in known[known["level"] > 0].groupby("parent"):
        if parent in names:
            said.statements.append(total([names[code] for code in rows["pcode"]], names[parent], certain=False))


def _activities(said: Published, rows: pd.DataFrame, cube: pd.DataFrame) -> None:
    for row in rows.loc[(rows["beneficiaries"] > 0) & (rows["beneficiaries"] < said.k)].itertuples():
        said.wrong.append(("activity", f"beneficiaries, {row.organisation}, {row.row_no}"))
    single = rows[rows["duplicate_of"].isna()]
    # a sum that holds more than the rows show would give away what the rows withhold
    keys = ["iso3", "organisation", "cluster", "admin1_code", "admin2_code"]
    shown, summed = (frame.groupby(keys, dropna=False)["beneficiaries"].sum() for frame in (single, cube))
    if not shown.sort_index().sub(summed.sort_index(), fill_value=0.0).abs().lt(0.5).all():
        said.wrong.append(("cube_activity", "more_than_shown"))


def _by_year(frame: pd.DataFrame) -> Rows:
    return _grouped(frame, ["iso3", "year", "kind", "source_id"])


def _grouped(frame: pd.DataFrame, keys: list[str]) -> Rows:
    """The rows by the values of some columns."""
    found: Rows = {}
    for row in frame.itertuples():
        found.setdefault(tuple(getattr(row, key) for key in keys), []).append(row)
    return found
