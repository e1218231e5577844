"""Administrative boundaries of any country: P-codes and names found by the form of their properties.

Several levels may come in one import; level 1 is made from level 2 where only that is given. A new country needs nothing else.
"""

from __future__ import annotations

import re
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from data.importing.isolation import Sheet
from data.importing.limits import MAX_VERTICES, refused
from data.importing.placing import RowIssues
from data.importing.reading import GEOMETRY
from data.readers.boundaries import inner_points, simplify_levels
from data.readers.places import place_key

_CODE: Final = (r"adm(in)?{n}_?(p?code|pcod)", r"#adm{n}\+(v_)?p?code.*", r"adm{n}_id")
_NAME: Final = (r"adm(in)?{n}_?(ref)?name(_{lang})?", r"#adm{n}(\+i_{lang})?\+name.*", r"adm{n}_({lang})", r"adm{n}_name")
_OTHER: Final = (r"adm(in)?{n}_?(ref|alt\d?)?_?name\d?(_(?P<language>[a-z]{{2}}))?", r"adm{n}_?(ref|alt\d?)?_?(?P<language>[a-z]{{2}})", r"adm{n}_?alt\d?",
                 r"#adm{n}(\+i_(?P<language>[a-z]{{2}}))?\+(alt\d?\+?)?name.*", r"#adm{n}\+name\+i_(?P<language>[a-z]{{2}})", r"(nl_|var)?name_{n}")
_VALID: Final = re.compile(r"^[A-Z0-9]{2,12}$")
DEEPEST: Final = 2
PLANNING_AREAS: Final = 120
"""A level with more areas has maps but no plan of its own."""


def levels_in(sheet: Sheet) -> list[int]:
    """Levels whose P-codes or names the properties give, finest last."""
    columns = [str(column) for column in sheet.frame.columns]
    return [n for n in (1, 2, 3) if _column(columns, [*_CODE, *_NAME], n, "..")] or [_geoboundaries_level(sheet)]


def read_level(sheet: Sheet, iso3: str, issues: RowIssues, above: gpd.GeoDataFrame | None) -> tuple[gpd.GeoDataFrame, set[int]]:
    """Areas of the finest level of a sheet: pcode, iso3, level, parent, parent_name, name_fr, name_en, geometry; and the rows taken.

    `above` has the areas of level 1 where parents must be found by position. Raises InputRefused without any name.
    """
    frame = sheet.frame
    level = min(DEEPEST, levels_in(sheet)[-1])
    columns = [str(column) for column in frame.columns]
    code, name_fr = _column(columns, _CODE, level, ".."), _column(columns, _NAME, level, "fr")
    name_en = _column(columns, _NAME, level, "en")
    plain = next((c for c in columns if c.casefold() in ("shapename", "name", "nom", "name_1", "name_2") and not (name_fr or name_en)), None)
    other = _column(columns, _NAME, level, "..")
    name_fr, name_en = name_fr or name_en or plain or other, name_en or name_fr or plain or other
    if name_fr is None or name_en is None:
        raise refused(f"{sheet.file} : aucune propriété ne porte le nom des unités ; présentes : {', '.join(columns[:20])}.",
                      f"{sheet.file}: no property holds the names of the areas; present: {', '.join(columns[:20])}.")
    parent_code = _column(columns, _CODE, level - 1, "..") if level > 1 else None
    parent_name = (_column(columns, _NAME, level - 1, "fr") or _column(columns, _NAME, level - 1, "..")) if level > 1 else None
    others = _other_names(columns, level, {code, name_fr, name_en})
    above_it = _other_names(columns, level - 1, {parent_code, parent_name}) if level > 1 else {}
    shapes = _shapes(sheet, issues)
    codes = _codes(frame, code, iso3, level, issues)
    rows: list[dict[str, Any]] = []
    for row_no in frame.index:
        number = int(row_no)
        pcode = codes[number]
        if shapes.get(number) is None:
            issues.add(number, "", "", "set_aside", "no_geometry")
        elif not _VALID.match(pcode):
            issues.add(number, code or "", pcode, "set_aside", "no_pcode")
        else:
            name = frame.at[row_no, name_fr].strip() or frame.at[row_no, name_en].strip() or pcode
            rows.append({"row_no": number, "pcode": pcode, "iso3": iso3, "level": level,
                         "parent": iso3 if level == 1 else (frame.at[row_no, parent_code].strip().upper() if parent_code else ""),
                         "parent_name": frame.at[row_no, parent_name].strip() if parent_name else "", "name_fr": name,
                         "name_en": frame.at[row_no, name_en].strip() or name, "geometry": shapes[number],
                         "others": _said(frame.loc[row_no], others), "parent_others": _said(frame.loc[row_no], above_it)})
    if not rows:
        raise refused(f"{sheet.file} : aucune unité utilisable.", f"{sheet.file}: no area can be used.")
    found = gpd.GeoDataFrame(rows, geometry="geometry", crs="EPSG:4326")
    accepted = {int(n) for n in found["row_no"]}
    for row_no in found.loc[found["pcode"].duplicated(), "row_no"]:
        issues.add(int(row_no), code or "", codes[int(row_no)], "repaired", "area_twice")
    if found["pcode"].duplicated().any():
        found = found.dissolve("pcode", aggfunc="first").reset_index()
    if level > 1 and not parent_code:
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
    missing = {"population": float("nan"), "population_quality": None, "population_source": None, "share_5_17": float("nan"),
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
    return pd.DataFrame(rows, columns=["iso3", "pcode", "language", "alias", "source_id", "row_no"])


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
    """P-codes as written; where there are none, shapeISO, else codes made from the country's ISO3 and the order of rows."""
    iso = next((str(c) for c in frame.columns if str(c).casefold() == "shapeiso"), None)
    for column, told in ((code, ""), (iso, "shapeISO")):
        if column is not None:
            codes = frame[column].str.strip().str.upper().str.replace(r"[^A-Z0-9]", "", regex=True)
            if told == "" and (codes != "").mean() > 0.5 or codes.nunique() == len(codes) and (codes.str.len() > 3).all():
                if told:
                    issues.add(None, "shapeISO", len(codes), "repaired", "codes_made", told)
                return {int(str(n)): str(text) for n, text in codes.items()}
    issues.add(None, "", len(frame), "repaired", "codes_made", f"{iso3}{level}001…")
    return {int(str(row_no)): f"{iso3}{level}{position:03d}" for position, row_no in enumerate(frame.index, start=1)}


def _parents_by_position(found: gpd.GeoDataFrame, above: gpd.GeoDataFrame | None, file: str) -> list[str]:
    if above is None or above.empty:
        raise refused(f"{file} : l'unité supérieure n'est pas dite ; importez aussi le niveau 1.",
                      f"{file}: the parent area is not given; import level 1 as well.")
    points = gpd.GeoDataFrame(geometry=found.representative_point(), crs="EPSG:4326")
    joined = points.sjoin(above[["pcode", "geometry"]], how="left", predicate="within")
    joined = joined[~joined.index.duplicated()]
    return [str(code) for code in joined["pcode"].fillna("")]


def _column(columns: list[str], patterns: tuple[str, ...] | list[str], level: int, language: str) -> str | None:
    for pattern in patterns:
        for column in columns:
            if re.fullmatch(pattern.replace("{n}", str(level)).replace("{lang}", language), column, re.IGNORECASE):
                return column
    return None


def _other_names(columns: list[str], level: int, used: set[str | None]) -> dict[str, str]:
    """Columns of names of a level that are not `used`, with their language ("" where the heading does not say it)."""
    found: dict[str, str] = {}
    for pattern in _OTHER:
        for column in columns:
            hit = re.fullmatch(pattern.format(n=level), column, re.IGNORECASE)
            if hit and column not in used and column not in found and not column.casefold().endswith("_id"):
                found[column] = (hit.groupdict().get("language") or "").casefold()
    return found


def _said(row: pd.Series, columns: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """(language, name) of each column that says one; several may stand in a cell between bars."""
    return tuple((language, name.strip()) for column, language in columns.items() for name in str(row[column]).split("|")
                 if any(letter.isalpha() for letter in name))


def _geoboundaries_level(sheet: Sheet) -> int:
    for name in ("shapeType", "Level"):
        if name in sheet.frame:
            hit = re.search(r"ADM(\d)", str(sheet.frame[name].iloc[0]))
            if hit:
                return int(hit[1])
    hit = re.search(r"adm(?:in)?[_-]?(\d)", sheet.file, re.IGNORECASE)
    return int(hit[1]) if hit else 1
