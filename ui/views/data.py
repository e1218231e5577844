"""Frames of the page Data: what a report says by sheet, the guess with samples, the issues in words, what is in the store."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from data.catalogue_tables import records
from data.importing.headings import said_of
from data.importing.provenance import UNKNOWN
from data.importing.recognition import fields_of
from data.readers.places import place_key
from ui.language import language, t

_MARKS: Final = re.compile(r"([\\`*_\[\]$:<>#~!|])")
WITHOUT_EFFECT: Final = frozenset({"undated_activities"})
NOT_USED: Final = ""
"""The field of a column that is not used."""


def sheets(report: Mapping[str, Any]) -> pd.DataFrame:
    """One row a sheet that a table was recognised in, or a file that was refused: name, table, counts, join rates (0-1)."""
    rows = [
        {
            "name": " / ".join(part for part in (one["file"], one["sheet"]) if part), "table": one["table"] or "",
            **{key: one[key] for key in ("rows_read", "accepted", "repaired", "set_aside", "refused", "join_rate_rows", "join_rate_persons")},
        }
        for one in report["files"] if one["table"] or refusals(one)
    ]
    return pd.DataFrame(rows)


def issues(report: Mapping[str, Any], language: str) -> pd.DataFrame:
    """Every issue of a report: name, severity, row, column, value, message; what stops the import first."""
    order = {"refused": 0, "set_aside": 1, "repaired": 2, "info": 3}
    rows = [
        {"name": " / ".join(part for part in (one["file"], one["sheet"]) if part), "severity": issue["severity"], "row": issue["row"],
         "column": issue["column"], "value": issue["value"], "message": issue[f"message_{language}"]}
        for one in report["files"] for issue in one["issues"]
    ]
    frame = pd.DataFrame(rows, columns=["name", "severity", "row", "column", "value", "message"])
    return frame.sort_values("severity", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def areas(changes: Mapping[str, Any], key: str, language: str) -> tuple[str, int]:
    """The names of the areas that gain or lose data, and how many more there are than those listed."""
    number = ("fr", "en").index(language) if language in ("fr", "en") else 1
    named = [changes["area_names"].get(pcode, [pcode, pcode])[number] for pcode in changes[key]]
    return ", ".join(named), int(changes["areas"][key]) - len(named)


def names(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Names of the files that a person can confirm for an area, or has: once each by name and area; the confirmed ones last."""
    found = {(name["name"], name["pcode"]): name for one in report["files"] for name in one["names"]}
    return sorted(found.values(), key=lambda name: bool(name["confirmed"]))


def name_in_words(name: Mapping[str, Any], language: str) -> str:
    """A name of a file and the area it may stand for: its P-code and, below the first level, what it lies in."""
    said = {"name": name["name"], "area": name[f"area_{language}"], "pcode": name["pcode"], "parent": name[f"parent_{language}"]}
    # letters that a label would read as marks of a text: names come from files
    return t("data.names.within" if name["level"] > 1 else "data.names.one", **{key: _MARKS.sub(r"\\\1", text) for key, text in said.items()})


def refusals(one: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The issues of a sheet that stop the import."""
    return [issue for issue in one["issues"] if issue["severity"] == "refused"]


def warnings(report: Mapping[str, Any], language: str) -> list[str]:
    """Sentences about files that are taken and yet give the plan nothing until somebody says more."""
    return list(dict.fromkeys(f"{one['file']} — {issue[f'message_{language}']}" for one in report["files"] for issue in one["issues"]
                              if issue["code"] in WITHOUT_EFFECT))


def table_choices() -> list[str]:
    """The tables a sheet can be for."""
    return [row["table"] for row in records("import_tables")]


def table_name(table: str, language: str) -> str:
    """A table's name in a language."""
    return next((row[f"name_{language}"] for row in records("import_tables") if row["table"] == table), table)


def guess(one: Mapping[str, Any]) -> pd.DataFrame:
    """The columns of a sheet with up to three samples and the field recognised ("" when the column is not used)."""
    return pd.DataFrame([
        {"column": column, "samples": " · ".join(str(text)[:40] for text in samples), "field": one["mapping"].get(column, NOT_USED)}
        for column, samples in one["samples"].items()
    ], columns=["column", "samples", "field"])


def field_choices(table: str, one: Mapping[str, Any]) -> list[str]:
    """What a column of a table can be read as, in the order of the words; for indicators each of them too."""
    indicators = [f"indicator:{row['code']}" for row in records("indicators") if row["origin"] != "computed"] if table == "indicators" else []
    return sorted({*fields_of(table), *one["mapping"].values(), *indicators}, key=lambda field: place_key(field_name(field)))


def field_name(field: str) -> str:
    """What a column is read as, in words; an indicator by its name."""
    if field == NOT_USED:
        return t("data.field.none")
    if field.startswith("indicator:"):
        code = field.removeprefix("indicator:")
        name = next((row[f"name_{language()}"] for row in records("indicators") if row["code"] == code), code)
        return t("data.field.named", indicator=name)
    if field.startswith("persons|"):
        return t("data.field.parted", persons=t("data.field.persons"), parts=", ".join(_parts(said_of(field))))
    return t(f"data.field.{field}")


def _parts(told: Mapping[str, str]) -> list[str]:
    """What the heading of a column of persons says of them, in words."""
    found = [t(f"data.field.said.{told[name]}") for name in ("kind", "sex") if name in told]
    found += [told["age"]] if "age" in told else []
    found += [world(language()).get(told["host"], told["host"])] if "host" in told else []
    found += [t("data.field.said.month", number=told["month"])] if "month" in told else []
    return found + ([told["start"] if told["start"] == told["end"] else f"{told['start']} – {told['end']}"] if "start" in told else [])


def correction(one: Mapping[str, Any], table: str, edited: pd.DataFrame) -> dict[str, Any] | None:
    """The mapping a person confirmed, None when it is the guess itself."""
    mapping = {str(column): str(field) for column, field in zip(edited["column"], edited["field"], strict=True) if field}
    if table == one["table"] and mapping == {column: field for column, field in one["mapping"].items() if column in one["samples"]}:
        return None
    return {"table": table, "mapping": mapping}


def said(text: str) -> str:
    """What was said of a source, or that nobody said it."""
    return t("data.unknown") if text == UNKNOWN else text


def world(language: str) -> dict[str, str]:
    """Every country by ISO3 with its name, in the order of the names."""
    names = {row["iso3"]: row[f"name_{language}"] for row in records("country_names")}
    return dict(sorted(names.items(), key=lambda item: item[1]))
