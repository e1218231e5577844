"""Files made to harm: each is refused within 30 seconds with a sentence, in a child process, and the store stays as it was."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from data.importing.isolation import read_in_child
from data.importing.personal import refuse_personal
from data.readers.issues import InputRefused

CONTENT = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>'
VRT = '<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'


def zipped(members: dict[str, bytes | str], level: int = zipfile.ZIP_DEFLATED) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", level) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name) if "\x00" in name else name, content)
    return memory.getvalue()


def workbook(sheet: str, **more: str) -> bytes:
    return zipped({
        "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": sheet, **more})


def cells(inner: str) -> str:
    return ('<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            f"{inner}</sheetData></worksheet>")


def geopackage(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE notes (a)")
    connection.close()


def sparse(path: Path, size: int, start: bytes) -> None:
    with path.open("wb") as handle:
        handle.write(start)
        handle.truncate(size)


def one_line(path: Path) -> None:
    block = b"a," * 2**19
    with path.open("wb") as handle:
        for _ in range(1024):
            handle.write(block)


def symlink() -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        info = zipfile.ZipInfo("a.csv")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return memory.getvalue()


def encrypted() -> bytes:
    raw = bytearray(zipped({"a.csv": "a,b\n1,2\n"}, zipfile.ZIP_STORED))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(magic) + offset] |= 1
    return bytes(raw)


def shapefile(shp: bytes) -> bytes:
    return zipped({"a.shp": shp, "a.dbf": b"\x03" + b"\0" * 40, "a.shx": shp[:100]})


FEATURE = '{"type":"Feature","properties":{"admin1Pcode":"XX01","admin1Name":"A"},"geometry":%s}'


def geojson(geometry: str) -> str:
    return '{"type":"FeatureCollection","features":[' + FEATURE % geometry + "]}"


HOSTILE: dict[str, tuple[str, bytes | str | Callable[[Path], None]]] = {
    "empty csv": ("a.csv", b""),
    "only a newline": ("a.csv", b"\n\n\n"),
    "only a header": ("a.csv", b"pcode,persons,year\n"),
    "nuls in csv": ("a.csv", b"a,b\n1,\x00\x00\n"),
    "binary noise as csv": ("a.csv", bytes(range(256)) * 40),
    "png as csv": ("a.csv", b"\x89PNG\r\n\x1a\n" + b"0" * 100),
    "pdf as csv": ("a.csv", b"%PDF-1.7 ..."),
    "html as csv": ("a.csv", b"<html><script>alert(1)</script></html>"),
    "executable as csv": ("a.csv", b"\x7fELF\x02\x01\x01"),
    "csv as xlsx": ("a.xlsx", b"a,b\n1,2\n"),
    "xlsx as csv": ("a.csv", workbook(cells(""))),
    "old excel as xlsx": ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    "macro workbook": ("a.xlsm", workbook(cells(""))),
    "python script": ("a.py", b"import os"),
    "parquet as csv": ("a.csv", b"PAR1" + b"0" * 20),
    "no ending": ("data", b"a,b\n1,2\n"),
    "a million columns": ("a.csv", b"a," * 999_999 + b"a\n" + b"1," * 999_999 + b"1\n"),
    "two thousand columns": ("a.csv", ",".join(f"c{k}" for k in range(2000)).encode() + b"\n" + b"1," * 1999 + b"1\n"),
    "line of a gigabyte": ("a.csv", one_line),
    "gigabyte of nothing": ("a.csv", lambda path: sparse(path, 2**30, b"a,b\n")),
    "cell of a megabyte": ("a.csv", b"pcode,persons\nXX01," + b"9" * 2**20 + b"\n"),
    "quote never closed": ("a.csv", b'pcode,persons\n"XX01,' + b"1\n" * 2_000_000),
    "gzip bomb": ("a.csv.gz", gzip.compress(b"0" * (450 * 2**20), 1)),
    "gzip cut short": ("a.csv.gz", gzip.compress(b"a,b\n1,2\n" * 1000)[:40]),
    "gzip of binary": ("a.csv.gz", gzip.compress(b"\x00\x01" * 5000)),
    "zip bomb": ("a.zip", lambda path: path.write_bytes(zipped({"a.csv": b"0" * (120 * 2**20)})) and None),
    "zip in zip": ("a.zip", zipped({"b.zip": zipped({"a.csv": "a,b\n1,2\n"})})),
    "path traversal": ("a.zip", zipped({"../../etc/cron.d/x.csv": "a,b\n1,2\n"})),
    "absolute path": ("a.zip", zipped({"/etc/passwd.csv": "a,b\n1,2\n"})),
    "windows path": ("a.zip", zipped({"..\\..\\x.csv": "a,b\n1,2\n"})),
    "drive letter": ("a.zip", zipped({"C:/x.csv": "a,b\n1,2\n"})),
    "symbolic link in zip": ("a.zip", symlink()),
    "password": ("a.zip", encrypted()),
    "ten thousand members": ("a.zip", zipped({f"{k}.csv": "a" for k in range(10_000)}, zipfile.ZIP_STORED)),
    "zip of nothing we read": ("a.zip", zipped({"a.exe": b"MZ"})),
    "zip cut short": ("a.zip", zipped({"a.csv": "a,b\n1,2\n" * 500})[:60]),
    "zip with wrong sum": ("a.zip", zipped({"a.csv": "a,b\n1,2\n"}, zipfile.ZIP_STORED).replace(b"1,2", b"9,9")),
    "far cell": ("a.xlsx", workbook(cells('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))),
    "entity expansion": ("a.xlsx", workbook(LAUGHS)),
    "external entity": ("a.xlsx", workbook('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>')),
    "workbook without sheets": ("a.xlsx", zipped({"[Content_Types].xml": CONTENT})),
    "archive that is no workbook": ("a.xlsx", zipped({"a.csv": "a,b\n1,2\n"})),
    "workbook cut short": ("a.xlsx", workbook(cells('<row r="1"><c r="A1"><v>1</v></c></row>'))[:500]),
    "workbook bomb": ("a.xlsx", lambda path: path.write_bytes(workbook(cells(" " * (100 * 2**20)))) and None),
    "json too deep": ("a.json", b"[" * 100_000),
    "json of giant number": ("a.json", b'{"data":[{"a":' + b"9" * 10_000 + b"}]}"),
    "json cut short": ("a.json", b'{"data":[{"a":1}'),
    "json scalar": ("a.json", b"42"),
    "json without rows": ("a.json", b'{"a": 1}'),
    "vrt as gpkg": ("a.gpkg", VRT),
    "vrt as geojson": ("a.geojson", VRT),
    "sqlite as gpkg": ("a.gpkg", geopackage),
    "gpkg cut short": ("a.gpkg", b"SQLite format 3\x00" + b"\0" * 20),
    "geojson without geometry list": ("a.geojson", b'{"type":"FeatureCollection","features":[]}'),
    "geojson of text coordinates": ("a.geojson", geojson('{"type":"Polygon","coordinates":[[["a","b"]]]}')),
    "geojson pointing elsewhere": ("a.geojson", geojson('"http://127.0.0.1:9/x"')),
    "shapefile of noise": ("a.zip", shapefile(b"\x00\x00\x27\x0a" + struct.pack(">5i", *[2**31 - 1] * 5) + b"\xff" * 400)),
    "shapefile of another kind": ("a.zip", shapefile(b"garbage!" * 40)),
    "shapefile without table": ("a.zip", zipped({"a.shp": b"\x00\x00\x27\x0a" + b"\0" * 200})),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(tmp_path: Path, name: str) -> None:
    file_name, content = HOSTILE[name]
    path = tmp_path / file_name
    if callable(content):
        content(path)
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    started = time.perf_counter()
    try:
        sheets = read_in_child(path)
    except InputRefused as refused:
        assert file_name in refused.message_fr and file_name in refused.message_en
        assert "Traceback" not in refused.message_en and len(refused.message_en) < 400
    else:
        # nothing in it: the import then says that no table was recognised
        assert all(len(sheet.frame) == 0 for sheet in sheets) or not sheets, [list(sheet.frame.columns) for sheet in sheets]
    assert time.perf_counter() - started < 30


def test_there_are_fifty_of_them() -> None:
    assert len(HOSTILE) >= 50


@pytest.mark.parametrize("column", [
    "Prénom", "Nom et prénom", "First name", "Full name", "Téléphone", "Phone number", "Contact email", "E-mail", "Date de naissance", "Date of birth",
    "Numéro de dossier", "Case number", "Passport", "Adresse", "Home address", "Teléfono", "Nombre y apellido", "Nom du chef de ménage",
])
def test_a_personal_column_is_refused_and_named(tmp_path: Path, column: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"pcode,persons,{column}\nXX01,5,secret value\n", encoding="utf-8")
    sheet = read_in_child(path)[0]
    with pytest.raises(InputRefused) as refused:
        refuse_personal(sheet.frame, sheet.file, "", {})
    assert column in refused.value.message_fr and column in refused.value.message_en and "secret" not in refused.value.message_en


@pytest.mark.parametrize("cell", ["a.b@example.org", "+243 812 345 678"])
def test_personal_content_is_refused_under_any_heading(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("pcode,remark\n" + f"XX01,{cell}\n" * 4)
    with pytest.raises(InputRefused, match="remark"):
        refuse_personal(read_in_child(path)[0].frame, "a.csv", "", {})


@pytest.mark.parametrize("column", ["Nom organisation", "Organisation name", "Admin1 name", "Nom de la province", "Nombre", "Facility name", "Contact type"])
def test_names_of_places_and_organisations_are_not_personal(tmp_path: Path, column: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"pcode,{column}\nXX01,12\n")
    refuse_personal(read_in_child(path)[0].frame, "a.csv", "", {})


def test_formulas_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('pcode,donor\nXX01,"=cmd|\' /C calc\'!A0"\n')
    assert read_in_child(path)[0].frame["donor"].tolist() == ["=cmd|' /C calc'!A0"]


def test_the_geodata_library_keeps_only_the_named_drivers(tmp_path: Path) -> None:
    from data.importing.isolation import _skipped_drivers

    assert {"OGR_VRT", "HTTP", "WFS", "CSV", "GeoJSON", "XLSX", "SQLite"} <= set(_skipped_drivers().split(","))
    (tmp_path / "x.json").write_text(json.dumps({"data": [{"a": 1}]}))
    assert read_in_child(tmp_path / "x.json")[0].frame["a"].tolist() == ["1"]
