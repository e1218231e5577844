"""How much a file may ask of this machine, and what it may be: beyond that it is refused with a sentence (FINDINGS 18-20)."""

from __future__ import annotations

import sqlite3
import zipfile
from pathlib import Path
from typing import Final

from data.readers.issues import InputRefused

MEGABYTE: Final = 2**20
MAX_FILE_BYTES: Final = 300 * MEGABYTE
MAX_UNZIPPED_BYTES: Final = 400 * MEGABYTE
MAX_RATIO: Final = 200
"""Unzipped over zipped bytes: a spreadsheet is about 10, a bomb over 1,000."""
MAX_MEMBERS: Final = 2_000
MAX_ROWS: Final = 1_048_576
MAX_COLUMNS: Final = 1_000
MAX_CELLS: Final = 20_000_000
MAX_CELL_CHARACTERS: Final = 32_767
MAX_LINE_BYTES: Final = 2 * MEGABYTE
MAX_SHEETS: Final = 60
MAX_ROWS_READ_AHEAD: Final = 30
MAX_VERTICES: Final = 20_000_000
LARGE_ROWS: Final = 100_000
"""A CSV of more rows takes the path of sets (large_reading), where a table has one; smaller ones are read row by row."""
MAX_LARGE_ROWS: Final = 250_000_000
MAX_LARGE_BYTES: Final = 20 * 1024 * MEGABYTE
LARGE_BYTES_A_SECOND: Final = 4 * MEGABYTE
"""The slowest reading that is waited for, on top of CHILD_WALL_SECONDS."""
LARGE_MEMORY: Final = "900MB"
"""What the engine may hold of a large table before it uses the disk, in the child and in the import."""
CHILD_MEMORY_BYTES: Final = 3 * 1024 * MEGABYTE
CHILD_CPU_SECONDS: Final = 60
CHILD_WALL_SECONDS: Final = 90

ZIP: Final = b"PK\x03\x04"
GZIP: Final = b"\x1f\x8b"
SQLITE: Final = b"SQLite format 3\x00"
_KINDS: Final = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".gz": "gzip", ".json": "json", ".geojson": "json", ".xlsx": "xlsx",
    ".gpkg": "gpkg", ".zip": "zip",
}
LARGE_KINDS: Final = ("csv", "gzip", "zip")
TABULAR: Final = (".csv", ".tsv", ".txt")
_BINARY: Final = {b"%PDF": "PDF", b"\xd0\xcf\x11\xe0": "XLS", b"\x7fELF": "ELF", b"MZ": "EXE", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG",
                  b"Rar!": "RAR", b"7z\xbc\xaf": "7Z", b"PAR1": "Parquet", b"BZh": "BZ2", b"\xfd7zXZ": "XZ", b"II*\x00": "TIFF"}


def refused(fr: str, en: str) -> InputRefused:
    """The error of a file that is not read, in both languages."""
    return InputRefused(fr, en)


def kind_of(path: Path, most_bytes: int = MAX_FILE_BYTES) -> str:
    """What a file is (csv, gzip, json, xlsx, gpkg, zip), by its name and its first bytes, which must agree.

    `most_bytes` lets tables of text be larger than other files. Raises InputRefused for a name we do not read, an empty file, one too
    large, or content that is not what the name says.
    """
    name = path.name
    kind = _KINDS.get(path.suffix.casefold())
    if kind is None:
        accepted = ", ".join(sorted(_KINDS))
        raise refused(f"{name} : ce type de fichier n'est pas lu. Formes acceptées : {accepted}.",
                      f"{name}: this kind of file is not read. Accepted: {accepted}.")
    size = path.stat().st_size
    if size == 0:
        raise refused(f"{name} est vide.", f"{name} is empty.")
    most_bytes = max(most_bytes, MAX_FILE_BYTES) if kind in LARGE_KINDS else MAX_FILE_BYTES
    if size > most_bytes:
        most = most_bytes // MEGABYTE
        raise refused(f"{name} dépasse {most} Mo ; découpez-le.", f"{name} is over {most} MB; split it.")
    with path.open("rb") as handle:
        start = handle.read(8192)
    found = _content(start)
    wanted = {"xlsx": "zip", "zip": "zip", "gpkg": "sqlite", "gzip": "gzip"}.get(kind, "text")
    if found != wanted:
        french = {"text": "texte", "binary": "binaire"}
        raise refused(f"{name} : le contenu ({french.get(found, found)}) n'est pas celui qu'annonce le nom ({french.get(wanted, wanted)}). "
                      "Enregistrez-le de nouveau sous ce format, ou donnez-lui l'extension qui dit ce qu'il est.",
                      f"{name}: the content ({found}) is not what the name says ({wanted}). "
                      "Save it again in that format, or give it the extension that says what it is.")
    if kind == "json" and start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        raise refused(f"{name} ne commence pas comme du JSON.", f"{name} does not begin like JSON.")
    if kind == "csv" and start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise refused(f"{name} : du balisage (XML, HTML), pas un tableau.", f"{name}: markup (XML, HTML), not a table.")
    return kind


def check_zip(path: Path, most_bytes: int = MAX_UNZIPPED_BYTES) -> list[zipfile.ZipInfo]:
    """The members of an archive, after its caps: count, sizes, ratio, names, encryption. Raises InputRefused."""
    name = path.name
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, UnicodeDecodeError) as error:
        raise refused(f"{name} : archive abîmée ou incomplète.", f"{name}: damaged or incomplete archive.") from error
    if len(members) > MAX_MEMBERS:
        raise refused(f"{name} contient plus de {MAX_MEMBERS} fichiers.", f"{name} holds more than {MAX_MEMBERS} files.")
    total = sum(one.file_size for one in members)
    packed = max(1, sum(one.compress_size for one in members))
    if total > most_bytes or (total > 10 * MEGABYTE and total / packed > MAX_RATIO):
        size, most = total // MEGABYTE, most_bytes // MEGABYTE
        raise refused(f"{name} : {size} Mo une fois décompressé (au plus {most} Mo, et {MAX_RATIO} fois sa taille) : refusé.",
                      f"{name}: {size} MB once unpacked (at most {most} MB, and {MAX_RATIO} times its size): refused.")
    for one in members:
        parts = one.filename.replace("\\", "/").split("/")
        if one.filename.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\x00" in one.filename:
            raise refused(f"{name} : chemin interdit dans l'archive : {one.filename[:80]!r}.",
                          f"{name}: forbidden path in the archive: {one.filename[:80]!r}.")
        if one.flag_bits & 1:
            raise refused(f"{name} est protégé par un mot de passe.", f"{name} is protected by a password.")
        if (one.external_attr >> 16) & 0o170000 == 0o120000:
            raise refused(f"{name} contient un lien symbolique : {one.filename[:80]!r}.",
                          f"{name} holds a symbolic link: {one.filename[:80]!r}.")
    return members


def check_geopackage(path: Path) -> None:
    """Whether a SQLite file is a GeoPackage. Raises InputRefused otherwise."""
    try:
        with sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True) as connection:
            tables = connection.execute("SELECT count(*) FROM gpkg_contents WHERE data_type = 'features'").fetchone()[0]
    except sqlite3.Error as error:
        raise refused(f"{path.name} n'est pas un GeoPackage lisible.", f"{path.name} is not a readable GeoPackage.") from error
    if not tables:
        raise refused(f"{path.name} : aucune couche d'entités.", f"{path.name}: no layer of features.")


def check_shape(name: str, rows: int, columns: int) -> None:
    """Caps on rows, columns and cells. Raises InputRefused."""
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise refused(
            f"{name} : {rows} lignes et {columns} colonnes (au plus {MAX_ROWS} lignes, {MAX_COLUMNS} colonnes et {MAX_CELLS} cellules).",
            f"{name}: {rows} rows and {columns} columns (at most {MAX_ROWS} rows, {MAX_COLUMNS} columns and {MAX_CELLS} cells).")


def lines_are_short(path: Path) -> bool:
    """True when no line is too long. Raises InputRefused at the first that is, without reading on."""
    run = 0
    with path.open("rb") as handle:
        while chunk := handle.read(MEGABYTE):
            if b"\n" in chunk or b"\r" in chunk:
                run = len(chunk) - max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            else:
                run += len(chunk)
            if run > MAX_LINE_BYTES:
                most = MAX_LINE_BYTES // MEGABYTE
                raise refused(f"{path.name} : une ligne dépasse {most} Mo.", f"{path.name}: a line is over {most} MB.")
    return True


def _content(start: bytes) -> str:
    if start.startswith(ZIP):
        return "zip"
    if start.startswith(GZIP):
        return "gzip"
    if start.startswith(SQLITE):
        return "sqlite"
    for magic, told in _BINARY.items():
        if start.startswith(magic):
            return told
    # UTF-16 text carries NULs and a byte order mark; any other NUL is no text
    return "text" if b"\x00" not in start or start[:2] in (b"\xff\xfe", b"\xfe\xff") else "binary"
