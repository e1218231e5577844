"""Administrative boundaries of any country: P-codes and names found by the form of their properties.

Several levels may come in one import; level 1 is made from level 2 where only that is given. A new country needs nothing else.
"""

from __future__ import annotations

import re
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely
from babel.core import get_global

from data.importing.boundary_columns import Level, properties_of
from data.importing.isolation import Sheet
from data.importing.known import PLACE_ALIAS
from data.importing.limits import MAX_VERTICES, refused
from data.importing.placing import RowIssues
from data.importing.reading import GEOMETRY
from data.readers.boundaries import inner_points, simplify_levels
from data.readers.places import place_key

_VALID: Final = re.compile(r"^[A-Z0-9]{2,12}$")
DEEPEST: Final = 2
PLANNING_AREAS: Final = 120
"""A level with more areas has maps but no plan of its own."""


def read_level(sheet: Sheet, iso3: str, issues: RowIssues, above: gpd.GeoDataFrame | None) -> tuple[gpd.GeoDataFrame, set[int]]:
    """Areas of the finest level of a sheet that is kept: pcode, iso3, level, parent, parent_name, name_fr, name_en, geometry; and the rows taken.

    `above` has the areas of level 1 where parents must be found by position. Raises InputRefused without any name.
    """
    frame, told = sheet.frame, properties_of(sheet)
    level = min(DEEPEST, told.finest)
    own, wider = told.of(level), told.of(level - 1)
    if own.name_fr is None or own.name_en is None:
        columns = ", ".join([str(column) for column in frame.columns if column != GEOMETRY][:20])
        raise refused(f"{sheet.file} : aucune propriété ne porte le nom des unités ; présentes : {columns}.",
                      f"{sheet.file}: no property holds the names of the areas; present: {columns}.")
    shapes = _shapes(sheet, issues)
    codes = _codes(frame, own.code, iso3, level, issues)
    parents = _parent_codes(frame, wider, iso3, above is not None) if level > 1 else {}
    rows: list[dict[str, Any]] = []
    for row_no in frame.index:
        number = int(row_no)
        pcode = codes[number]
        if shapes.get(number) is None:
            issues.add(number, "", "", "set_aside", "no_geometry")
        elif not _VALID.match(pcode):
            issues.add(number, own.code or "", pcode, "set_aside", "no_pcode")
        else:
            others = _said(frame.loc[row_no], own.others)
            name = frame.at[row_no, own.name_fr].strip() or frame.at[row_no, own.name_en].strip() or next((one for _, one in others), pcode)
            rows.append({"row_no": number, "pcode": pcode, "iso3": iso3, "level": level, "parent": iso3 if level == 1 else parents.get(number, ""),
                         "parent_name": frame.at[row_no, wider.name_fr].strip() if wider.name_fr else "", "name_fr": name,
                         "name_en": frame.at[row_no, own.name_en].strip() or name, "geometry": shapes[number],
                         "others": others, "parent_others": _said(frame.loc[row_no], wider.others)})
    if not rows:
        raise refused(f"{sheet.file} : aucune unité utilisable.", f"{sheet.file}: no area can be used.")
    if told.told != "heading":
        issues.add(None, "", told.finest, "info", "properties_told", ", ".join(
            f"{n}: {' / '.join(column for column in (one.code, one.name_fr) if column)}" for n, one in sorted(told.levels.items())))
    found = gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326")
    accepted = {int(n) for n in found["row_no"]}
    if told.finest > level:
        issues.add(None, "", told.finest, "repaired", "finer_level", str(found["pcode"].nunique()))
        issues.repaired_rows.update(accepted)
    else:
        for row_no in found.loc[found["pcode"].duplicated(), "row_no"]:
            issues.add(int(row_no), own.code or "", codes[int(row_no)], "repaired", "area_twice")
    if found["pcode"].duplicated().any():
        found = found.dissolve("pcode", aggfunc="first").reset_index()
    if level > 1 and not parents:
        found["parent"] = _parents_by_position(found, above, sheet.file)
    return gpd.GeoDataFrame(found.drop(columns="row_no").sort_values("pcode", ignore_index=True), crs="EPSG:4326"), accepted


def area_rows(levels: dict[int, gpd.GeoDataFrame], country: dict[str, str], issues: RowIssues) -> pd.DataFrame:
    """Rows of `area` for a country, level 0 included, geometry simplified with shared borders, population still unknown."""
    iso3 = country["iso3"]
    deepest = levels[max(levels)]
    if max(levels) == 2 and 1 not in levels:
        names = deepest.groupby("parent")["parent_name"].first()
        levels[1] = gpd.GeoDataFrame(
            {"pcode": names.index, "iso3": iso3, "level": 1, "parent": iso3, "name_fr": [name or code for code, name in names.items()],
             "name_en": [name or code for code, name in names.items()]},
            geometry=[shapely.union_all(deepest.loc[deepest["parent"] == code, "geometry"].to_numpy()) for code in names.index], crs="EPSG:4326")
        issues.add(None, "", len(names), "info", "parent_made")
    known = set(levels[1]["pcode"])
    if max(levels) == 2 and not set(deepest["parent"]) <= known:
        lost = ", ".join(sorted(set(deepest["parent"]) - known)[:10])
        raise refused(f"Unités de niveau 2 dont l'unité de niveau 1 manque : {lost}.", f"Level 2 areas whose level 1 area is missing: {lost}.")
    if max(levels) == 2 and not known <= set(deepest["parent"]):
        lost = ", ".join(sorted(known - set(deepest["parent"]))[:10])
        raise refused(f"Unités de niveau 1 sans aucune unité de niveau 2 : {lost}.", f"Level 1 areas without any level 2 area: {lost}.")
    simple = simplify_levels(deepest, simplify_degrees(deepest))
    geometry = gpd.GeoSeries(pd.concat(simple.values()), crs="EPSG:4326")
    rows = pd.concat([
        pd.DataFrame([{"pcode": iso3, "iso3": iso3, "level": 0, "parent": "", "name_fr": country["name_fr"], "name_en": country["name_en"]}]),
        *(pd.DataFrame(levels[n][["pcode", "iso3", "level", "parent", "name_fr", "name_en"]]) for n in sorted(levels)),
    ], ignore_index=True)
    rows = rows.merge(inner_points(geometry), left_on="pcode", right_index=True, how="left")
    rows["geometry"] = [shapely.to_wkb(geometry[p]) if p in geometry.index else None for p in rows["pcode"]]
    missing = {"population": float("nan"), "population_quality": None, "population_known": float("nan"), "population_source": None, "share_5_17": float("nan"),
               "share_18_59": float("nan"), "share_quality": None}
    return rows.assign(**missing)


def alias_rows(levels: dict[int, gpd.GeoDataFrame], areas: pd.DataFrame, source_id: str) -> pd.DataFrame:
    """Rows of `place_alias`: each area's names in other columns than those of its French and English name, once each."""
    own = {str(row.pcode): {place_key(str(row.name_fr)), place_key(str(row.name_en))} for row in areas.itertuples()}
    rows: list[dict[str, Any]] = []
    for level in levels.values():
        for area in level.to_dict("records"):
            for pcode, names in ((area["pcode"], area.get("others", ())), (area["parent"], area.get("parent_others", ()))):
                for language, name in names:
                    if pcode in own and place_key(name) and place_key(name) not in own[pcode]:
                        own[pcode].add(place_key(name))
                        rows.append({"iso3": area["iso3"], "pcode": pcode, "language": language, "alias": name, "source_id": source_id,
                                     "row_no": len(rows) + 1})
    return pd.DataFrame(rows, columns=PLACE_ALIAS)


def simplify_degrees(deepest: gpd.GeoDataFrame) -> float:
    """How much outlines are simplified: finer for a small country, as the embedded ones are for theirs."""
    west, south, east, north = deepest.total_bounds
    return round(float(min(0.012, max(0.0003, 0.0006 * max(east - west, north - south)))), 5)


def declaration(iso3: str, names: dict[str, str], levels: dict[int, gpd.GeoDataFrame], order: int, before: dict[str, str] | None = None) -> dict[str, str]:
    """The country's row of `country`: levels of plans (level 1, and finer ones that are not too many) and of maps; `before` stays
    as it was while its levels are there.
    """
    if before is not None and set(before["map_levels"].split(";")) == {str(n) for n in levels}:
        return before
    sizes = {n: len(frame) for n, frame in levels.items()}
    plans = [n for n in sorted(sizes) if n == 1 or sizes[n] <= PLANNING_AREAS] or [min(sizes)]
    return {"iso3": iso3, "name_fr": names["name_fr"], "name_en": names["name_en"], "default_language": "fr", "display_order": str(order),
            "planning_levels": ";".join(map(str, plans)), "default_level": str(plans[0]), "map_levels": ";".join(map(str, sorted(sizes))),
            "simplify_degrees": str(simplify_degrees(levels[max(levels)]))}


def _shapes(sheet: Sheet, issues: RowIssues) -> dict[int, Any]:
    found: dict[int, Any] = {}
    vertices = 0
    for row_no, raw in sheet.frame[GEOMETRY].items():
        try:
            shape = shapely.from_wkb(raw) if raw is not None else None
        except shapely.errors.ShapelyError:
            shape = None
        vertices += 0 if shape is None else shapely.get_num_coordinates(shape)
        if vertices > MAX_VERTICES:
            raise refused(f"{sheet.file} : trop de sommets (au plus {MAX_VERTICES}).", f"{sheet.file}: too many vertices (at most {MAX_VERTICES}).")
        if shape is None or shape.is_empty or shape.geom_type not in ("Polygon", "MultiPolygon"):
            continue
        west, south, east, north = shape.bounds
        if not (-180.5 <= west <= east <= 180.5 and -90.5 <= south <= north <= 90.5):
            raise refused(f"{sheet.file}, entité {row_no} : coordonnées hors du globe ; il faut des degrés (EPSG:4326).",
                          f"{sheet.file}, feature {row_no}: coordinates outside the globe; degrees are needed (EPSG:4326).")
        whole = shapely.make_valid(shapely.force_2d(shape))
        if whole.geom_type not in ("Polygon", "MultiPolygon"):
            parts = [part for part in getattr(whole, "geoms", []) if part.geom_type in ("Polygon", "MultiPolygon")]
            whole = shapely.union_all(parts)
        found[int(str(row_no))] = whole
    return found


def _codes(frame: pd.DataFrame, code: str | None, iso3: str, level: int, issues: RowIssues) -> dict[int, str]:
    """P-codes as written, short ones of an office after the letters of the country; where there are none, shapeISO, else codes made from the country's ISO3
    and the order of rows.
    """
    iso = next((str(c) for c in frame.columns if str(c).casefold() == "shapeiso"), None)
    for column, told in ((code, ""), (iso, "shapeISO")):
        if column is not None:
            codes = _lettered(frame[column], iso3)
            if told == "" and (codes != "").mean() > 0.5 or codes.nunique() == len(codes) and (codes.str.len() > 3).all():
                if told:
                    issues.add(None, "shapeISO", len(codes), "repaired", "codes_made", told)
                elif not frame[column].str.strip().str.upper().iloc[0].startswith(codes.iloc[0][:2]):
                    issues.add(None, column, len(codes), "repaired", "codes_lettered", f"{frame[column].iloc[0].strip()} → {codes.iloc[0]}")
                return {int(str(n)): str(text) for n, text in codes.items()}
    issues.add(None, "", len(frame), "repaired", "codes_made", f"{iso3}{level}001…")
    return {int(str(row_no)): f"{iso3}{level}{position:03d}" for position, row_no in enumerate(frame.index, start=1)}


def _lettered(codes: pd.Series, iso3: str) -> pd.Series:
    """Codes in capitals without signs; a statistics office's figures or short letters after the two of the country, as P-codes are written."""
    plain = codes.str.strip().str.upper().str.replace(r"[^A-Z0-9]", "", regex=True)
    if not plain.str.fullmatch(r"\d*|[A-Z]{1,3}").all() or plain.isin([iso3]).any():
        return plain
    return plain.where(plain == "", next(iter(get_global("territory_aliases").get(iso3, [iso3]))) + plain)


def _parent_codes(frame: pd.DataFrame, wider: Level, iso3: str, is_above_given: bool) -> dict[int, str]:
    """The code of each row's area of level 1: as written, else made of the names that the rows give it; none where level 1 came with the import."""
    if wider.code is not None:
        return {int(str(row_no)): str(code) for row_no, code in _lettered(frame[wider.code], iso3).items()}
    if wider.name_fr is None or is_above_given:
        return {}
    texts = frame[wider.name_fr].str.strip()
    made = {name: f"{iso3}1{place:03d}" for place, name in enumerate(sorted(set(texts) - {""}), start=1)}
    return {int(str(row_no)): made.get(str(name), "") for row_no, name in texts.items()}


def _parents_by_position(found: gpd.GeoDataFrame, above: gpd.GeoDataFrame | None, file: str) -> list[str]:
    if above is None or above.empty:
        raise refused(f"{file} : l'unité supérieure n'est pas dite ; importez aussi le niveau 1.",
                      f"{file}: the parent area is not given; import level 1 as well.")
    points = gpd.GeoDataFrame(geometry=found.representative_point(), crs="EPSG:4326")
    joined = points.sjoin(above[["pcode", "geometry"]], how="left", predicate="within")
    joined = joined[~joined.index.duplicated()]
    return [str(code) for code in joined["pcode"].fillna("")]


def _said(row: pd.Series, columns: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """(language, name) of each column that says one; several may stand in a cell between bars."""
    return tuple((language, name.strip()) for column, language in columns.items() for name in str(row[column]).split("|")
                 if any(letter.isalpha() for letter in name))
