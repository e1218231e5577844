"""Reads one file in a process of its own, under limits: `python -m data.importing.reading FILE OUT`.

Writes OUT/manifest.json and one Parquet file a sheet (all text; geometry as WKB). Nothing is run from the file and nothing
outside it is opened: no network, no other file (FINDINGS 18, 19).
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import resource
import sys
import tempfile
import threading
import zipfile
from pathlib import Path
from typing import Any, Final

import pandas as pd

from data.importing.layouts import from_records, text_table
from data.importing.limits import (
    CHILD_CPU_SECONDS,
    CHILD_MEMORY_BYTES,
    MAX_LINE_BYTES,
    MAX_SHEETS,
    MAX_UNZIPPED_BYTES,
    check_geopackage,
    check_shape,
    check_zip,
    kind_of,
    lines_are_short,
    refused,
)
from data.readers.issues import InputRefused, Issues
from data.readers.text_tables import cell_text

GEOMETRY: Final = "geometry_wkb"
SHAPEFILE: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
Sheets = list[tuple[str, pd.DataFrame, Issues]]


def read_file(path: Path, name: str = "") -> Sheets:
    """The sheets of a file: (name, text table, issues). Raises InputRefused."""
    kind = kind_of(path)
    name = name or path.name
    if kind == "csv":
        return _csv(path.read_bytes() if lines_are_short(path) else b"", name)
    if kind == "gzip":
        return _csv(_gunzipped(path), name)
    if kind == "json":
        return _json(path.read_bytes(), name)
    if kind == "xlsx":
        return _xlsx(path, name)
    if kind == "gpkg":
        check_geopackage(path)
        return _points_as_places(_geodata(path, name))
    return _zip(path, name)


def _csv(raw: bytes, name: str) -> Sheets:
    issues = Issues("")
    text = _decoded(raw, issues)
    csv.field_size_limit(MAX_LINE_BYTES)
    try:
        rows = [row for row, _ in zip(csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text)), range(2**21), strict=False)]
    except csv.Error as error:
        raise refused(f"{name} : ce n'est pas un tableau lisible ({error}).", f"{name}: not a readable table ({error}).") from error
    frame = text_table(rows, name, issues)
    return [] if frame is None else [("", frame, issues)]


def separator_of(text: str) -> str:
    """What separates the cells of a CSV, by its first twenty lines."""
    first = text[:65536].split("\n")[:20]
    return max(",;\t|", key=lambda one: sum(line.count(one) for line in first))


def _decoded(raw: bytes, issues: Issues) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # line by line: Windows-1252 among UTF-8 is met in real files, and a byte it does not know is shown as such
        first = raw[: error.start].count(b"\n") + 1
        issues.add(first, "", "", "repaired", "windows_1252")
        lines = raw.removeprefix(b"\xef\xbb\xbf").split(b"\n")
        return "\n".join(decoded_line(line) for line in lines)


def decoded_line(line: bytes) -> str:
    """A line as UTF-8, else as Windows-1252."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def _gunzipped(path: Path) -> bytes:
    try:
        with gzip.open(path) as stream:
            raw = stream.read(MAX_UNZIPPED_BYTES + 1)
    except (OSError, EOFError) as error:
        raise refused(f"{path.name} : archive abîmée ou incomplète.", f"{path.name}: damaged or incomplete archive.") from error
    if len(raw) > MAX_UNZIPPED_BYTES:
        raise refused(f"{path.name} : trop grand une fois décompressé.", f"{path.name}: too large once unpacked.")
    if b"\x00" in raw[:8192] and raw[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise refused(f"{path.name} : le contenu n'est pas du texte.", f"{path.name}: the content is not text.")
    return raw


def _json(raw: bytes, name: str) -> Sheets:
    try:
        found = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise refused(f"{name} : JSON illisible ({str(error)[:120]}).", f"{name}: unreadable JSON ({str(error)[:120]}).") from error
    if isinstance(found, dict) and isinstance(found.get("features"), list):
        return _features(found["features"], name)
    # {"DataList": [...]}, {"data": [...]} of HAPI, {"items": [...]} of UNHCR: the one list of objects in it
    lists = [found] if isinstance(found, list) else [one for one in found.values() if isinstance(one, list) and one]
    frames = [frame for one in lists if (frame := from_records(one, name)) is not None]
    return [("", frame, Issues("")) for frame in frames[:1]]


def _features(features: list[Any], name: str) -> Sheets:
    import shapely
    from shapely.geometry import shape

    properties, shapes = [], []
    for position, one in enumerate(features, start=1):
        try:
            properties.append(dict(one["properties"] or {}))
            shapes.append(shapely.to_wkb(shape(one["geometry"])) if one["geometry"] else None)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, shapely.errors.ShapelyError) as error:
            raise refused(f"{name} : entité {position} illisible ({str(error)[:80]}).",
                          f"{name}: feature {position} cannot be read ({str(error)[:80]}).") from error
    frame = from_records([one or {"column 1": ""} for one in properties], name)
    if frame is None:
        raise refused(f"{name} ne contient aucune entité.", f"{name} holds no feature.")
    frame[GEOMETRY] = shapes
    return _points_as_places([("", frame, Issues(""))])


def _points_as_places(found: Sheets) -> Sheets:
    """Points as columns of latitude and longitude, as a table has them; those beside boundaries are the centres of areas and stay as they are."""
    import shapely

    kinds = {number: {shapely.from_wkb(one).geom_type for one in frame[GEOMETRY] if one is not None} for number, (_, frame, _) in enumerate(found)
             if GEOMETRY in frame}
    if any(one & {"Polygon", "MultiPolygon"} for one in kinds.values()):
        return found
    for number, types in kinds.items():
        frame = found[number][1]
        if types == {"Point"}:
            points = [None if one is None else shapely.from_wkb(one) for one in frame.pop(GEOMETRY)]
            for column, axis in (("latitude", "y"), ("longitude", "x")):
                frame[column] = ["" if one is None or one.is_empty else str(getattr(one, axis)) for one in points]
    return found


def _xlsx(path: Path, name: str) -> Sheets:
    import python_calamine

    members = check_zip(path)
    if not any(one.filename == "[Content_Types].xml" for one in members):
        raise refused(f"{name} n'est pas un classeur Excel.", f"{name} is not an Excel workbook.")
    _no_entities(path, name)
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        names = list(workbook.sheet_names)
        if len(names) > MAX_SHEETS:
            raise refused(f"{name} : plus de {MAX_SHEETS} feuilles.", f"{name}: more than {MAX_SHEETS} sheets.")
        found: Sheets = []
        for sheet in names:
            cells = workbook.get_sheet_by_name(sheet)
            check_shape(f"{name} / {sheet}", cells.total_height, cells.total_width)
            issues = Issues("")
            rows = [[cell_text(cell) for cell in row] for row in cells.to_python(skip_empty_area=False)]
            frame = text_table(rows, f"{name} / {sheet}", issues)
            if frame is not None:
                found.append((sheet, frame, issues))
    except (python_calamine.CalamineError, OSError, ValueError, MemoryError) as error:
        if isinstance(error, InputRefused):
            raise
        raise refused(f"{name} : classeur illisible.", f"{name}: unreadable workbook.") from error
    return found


def _no_entities(path: Path, name: str) -> None:
    """Refuse a workbook whose XML declares entities ("billion laughs", local files)."""
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                if member.endswith((".xml", ".rels")):
                    with archive.open(member) as stream:
                        start = stream.read(4096)
                    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                        raise refused(f"{name} : le classeur déclare des entités XML.", f"{name}: the workbook declares XML entities.")
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
        raise refused(f"{name} : classeur abîmé.", f"{name}: damaged workbook.") from error


def _zip(path: Path, name: str) -> Sheets:
    members = check_zip(path)
    if any(one.filename == "[Content_Types].xml" for one in members):
        raise refused(f"{name} : un classeur renommé en .zip ; rendez-lui son nom en .xlsx.",
                      f"{name}: a workbook renamed to .zip; give it its .xlsx name back.")
    found: Sheets = []
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        for number, member in enumerate(members):
            suffix = Path(member.filename).suffix.casefold()
            shown = Path(member.filename).name
            if shown.startswith((".", "~")) or "__MACOSX" in member.filename:
                continue
            if suffix == ".zip":
                raise refused(f"{name} : une archive dans l'archive ({shown}).", f"{name}: an archive inside the archive ({shown}).")
            # our own flat names: a member's name is never a path of this machine
            target = Path(folder) / f"{Path(shown).stem[:60] if suffix in SHAPEFILE else number}{suffix}"
            if suffix in (*SHAPEFILE, ".csv", ".tsv", ".json", ".geojson", ".xlsx", ".gpkg"):
                try:
                    target.write_bytes(archive.read(member))
                except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError) as error:
                    raise refused(f"{name} : {shown} est abîmé dans l'archive.", f"{name}: {shown} is damaged in the archive.") from error
                if suffix not in SHAPEFILE:
                    found += [(f"{shown} {sheet}".strip(), frame, issues) for sheet, frame, issues in read_file(target, shown)]
        layers = sorted(Path(folder).glob("*.shp"))
        for layer in layers:
            if not layer.with_suffix(".dbf").exists():
                raise refused(f"{name} : {layer.stem}.dbf manque à côté de {layer.name}.",
                              f"{name}: {layer.stem}.dbf is missing beside {layer.name}.")
            if layer.read_bytes()[:4] != b"\x00\x00\x27\x0a":
                raise refused(f"{name} : {layer.name} n'est pas un fichier de formes.", f"{name}: {layer.name} is not a shapefile.")
            found += _geodata(layer, f"{name} / {layer.name}")
        found = _points_as_places(found)
    if not found:
        raise refused(f"{name} ne contient aucun fichier que nous lisons.", f"{name} holds no file that we read.")
    return found


def _dbf_encoding(path: Path) -> str | None:
    """How the texts of a shapefile are written that does not say it: UTF-8 where all of them are, else Windows-1252. None: as the file says."""
    if path.suffix != ".shp" or path.with_suffix(".cpg").exists():
        return None
    raw = path.with_suffix(".dbf").read_bytes()
    try:
        raw[int.from_bytes(raw[8:10], "little"):].decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _geodata(path: Path, name: str) -> Sheets:
    import pyogrio
    import pyogrio.errors

    found: Sheets = []
    try:
        for layer, shape_type in pyogrio.list_layers(path):
            if shape_type is None:
                continue
            frame = pyogrio.read_dataframe(path, layer=layer, fid_as_index=False, encoding=_dbf_encoding(path))
            check_shape(name, len(frame), len(frame.columns))
            if frame.crs is not None and frame.crs.to_epsg() != 4326:
                frame = frame.to_crs(4326)
            table = from_records(pd.DataFrame(frame.drop(columns=frame.geometry.name)).astype(object).where(
                lambda cells: cells.notna(), None).to_dict("records"), name)
            if table is not None:
                table[GEOMETRY] = list(frame.geometry.to_wkb())
                found.append((str(layer), table, Issues("")))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError, ValueError, RuntimeError) as error:
        if isinstance(error, InputRefused):
            raise
        raise refused(f"{name} : géodonnées illisibles ({str(error)[:100]}).", f"{name}: unreadable geodata ({str(error)[:100]}).") from error
    return found


def _write(found: Sheets, out: Path) -> None:
    manifest = []
    for number, (sheet, frame, issues) in enumerate(found):
        hxl, title = frame.attrs.get("hxl", {}), frame.attrs.get("title", "")
        frame.attrs = {}
        frame.reset_index().to_parquet(out / f"{number}.parquet", index=False)
        manifest.append({"sheet": sheet, "file": f"{number}.parquet", "hxl": hxl, "title": title, "issues": [list(row[2:]) for row in issues.rows]})
    (out / "manifest.json").write_text(json.dumps({"sheets": manifest}), encoding="utf-8")


def die_with_the_import() -> None:
    """The import holds the other end of our input: when that closes, it is gone, and nobody waits for this process."""

    def watch() -> None:
        while os.read(0, 1):
            pass
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def main(arguments: list[str]) -> int:
    """Reads FILE into OUT; what is refused is written there as a sentence in both languages."""
    path, out = Path(arguments[0]), Path(arguments[1])
    os.umask(0o077)
    die_with_the_import()
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY_BYTES, CHILD_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_CPU_SECONDS, CHILD_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        _write(read_file(path), out)
    except InputRefused as error:
        told = {"message_fr": error.message_fr, "message_en": error.message_en}
        (out / "manifest.json").write_text(json.dumps({"refused": told}), encoding="utf-8")
    except (MemoryError, RecursionError):
        told = {"message_fr": f"{path.name} demande trop de mémoire.", "message_en": f"{path.name} asks for too much memory."}
        (out / "manifest.json").write_text(json.dumps({"refused": told}), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
