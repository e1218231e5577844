"""A scenario as a file somebody sends: written whole, read with patience. What cannot be used is said, the rest is kept.

Version 2 is an envelope with country, level, name and note around the values. Version 1 was the bare values, as a plan's
JSON still holds them; it is brought to version 2 by `_MIGRATIONS`, and so will every later version be.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from analytics.scenario import MODEL_VERSION, Scenario, ScenarioError, scenario_from
from data.errors import DataError
from data.workspace.refusals import in_french
from data.workspace.scenarios import NAME_LENGTH, NOTE_LENGTH, Content

FORMAT: Final = "ancrage-scenario"
FILE_VERSION: Final = 2
LARGEST_FILE: Final = 32 * 1024 * 1024
LARGEST_TABLE: Final = 20_000
"""Entries a table of a scenario (prices, units, areas) may have: the largest country has some 5,000 areas."""
_SENTENCES: Final = 20
_STAND_ALONE: Final = frozenset({"earmarks"})
"""Lists of which each entry means something without the others."""


@dataclass(frozen=True)
class Sentence:
    """One thing that could not be used, in both languages; `field` is the scenario's input it is about, "" where it is none."""

    fr: str
    en: str
    field: str = ""


@dataclass(frozen=True)
class Reading:
    """What a file holds: country and level ("" and 0 when it does not say), name, note, the scenario, and what was left out."""

    country: str
    level: int
    name: str
    note: str
    scenario: Scenario
    left_out: list[Sentence] = field(default_factory=list)

    def content(self, country: str, level: int, name: str) -> Content:
        """As it is kept in the workspace; the arguments stand in for what the file does not say."""
        return Content(self.country or country, self.level or level, self.name or name, self.note, self.scenario.model_dump(mode="json"))


class FileRefused(DataError):
    """A file of which nothing can be used; the sentence says why."""


def written(content: Content) -> str:
    """The file of a scenario."""
    return json.dumps(
        {
            "format": FORMAT,
            "schema_version": FILE_VERSION,
            "model_version": MODEL_VERSION,
            "country": content.country,
            "level": content.level,
            "name": content.name,
            "note": content.note,
            "scenario": dict(content.values),
        },
        ensure_ascii=False,
        indent=1,
    )


def read(data: bytes) -> Reading:
    """The scenario in a file. Raises FileRefused for one that is too large, cut short, no scenario, or from a newer version."""
    if len(data) > LARGEST_FILE:
        raise FileRefused(
            f"Le fichier dépasse {LARGEST_FILE // 2**20} Mo ; un scénario n'en a pas besoin.",
            f"The file is over {LARGEST_FILE // 2**20} MB; no scenario needs that.",
        )
    try:
        values = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise FileRefused("Ce n'est pas un fichier de texte JSON.", "This is no JSON text file.") from error
    except json.JSONDecodeError as error:
        cut = error.pos >= len(error.doc.rstrip()) - 1 or error.msg.startswith("Unterminated")
        raise FileRefused(
            f"Le fichier est {'coupé' if cut else 'illisible'} à la ligne {error.lineno}, colonne {error.colno} ; demandez-le de nouveau.",
            f"The file is {'cut short' if cut else 'unreadable'} at line {error.lineno}, column {error.colno}; ask for it again.",
        ) from error
    except RecursionError as error:
        raise FileRefused("Le fichier est trop imbriqué pour un scénario.", "The file is nested too deeply for a scenario.") from error
    if not isinstance(values, dict):
        raise FileRefused("Le fichier ne contient pas de scénario.", "The file holds no scenario.")
    return _from_envelope(_current(values))


def patient(values: Mapping[str, Any]) -> tuple[Scenario, list[Sentence]]:
    """The scenario of some JSON values without what is unknown, too large or out of range, and a sentence for each."""
    kept, left_out = dict(values), list[Sentence]()
    version = kept.pop("schema_version", 1)
    if not isinstance(version, int) or version > Scenario().schema_version:
        raise _newer(version)
    for name in list(kept):
        if name not in Scenario.model_fields:
            left_out.append(_unknown(name))
            del kept[name]
        elif isinstance(kept[name], (dict, list)) and len(kept[name]) > LARGEST_TABLE:
            left_out.append(
                Sentence(
                    f"« {name} » a {len(kept[name])} entrées, plus que les {LARGEST_TABLE} qu'un pays peut avoir ; il est laissé de côté.",
                    f"“{name}” has {len(kept[name])} entries, more than the {LARGEST_TABLE} a country can have; it is left out.",
                    name,
                )
            )
            del kept[name]
    while True:
        try:
            return scenario_from(kept), left_out
        except ScenarioError as error:
            left_out += _drop(kept, error)


def _drop(values: dict[str, Any], error: ScenarioError) -> list[Sentence]:
    """Take what a check refuses out of the values: the entry of a table where it names one, else the field."""
    said: dict[tuple[str, str | None], Sentence] = {}
    for name, value, reason in error.problems:
        first, *deeper = name.split(".")
        if first not in values:
            # a rule between fields names no field of its own: the text does
            first = next((key for key in values if key in reason), next(iter(values)))
            deeper = []
        entry = deeper[0] if deeper and _has_entry(first, values[first], deeper[0]) else None
        shown = "" if value is None or isinstance(value, (dict, list)) else str(value)[:60]
        where = first if entry is None else f"{first}, {int(entry) + 1 if isinstance(values[first], list) else entry}"
        french = in_french(reason)
        said.setdefault(
            (first, entry),
            Sentence(
                f"« {where} » ne peut pas être « {shown} » ({french}) ; la valeur de base est gardée."
                if shown else f"« {where} » ne peut pas être pris ({french}) ; la valeur de base est gardée.",
                f"“{where}” cannot be “{shown}” ({reason}); the default is kept." if shown else f"“{where}” cannot be taken ({reason}); the default is kept.",
                first,
            ),
        )
    dropped = set(said)
    for first in {first for first, _ in dropped}:
        if (first, None) in dropped:
            values.pop(first, None)
        elif isinstance(values[first], list):
            values[first] = [value for number, value in enumerate(values[first]) if (first, str(number)) not in dropped]
        else:
            values[first] = {key: value for key, value in values[first].items() if (first, key) not in dropped}
    return list(said.values())


def _has_entry(name: str, table: Any, entry: str) -> bool:
    """Whether one entry of a field can be left out and the others still say what they said."""
    return entry in table if isinstance(table, dict) else name in _STAND_ALONE and isinstance(table, list) and entry.isdigit()


def _shortened(sentences: list[Sentence]) -> list[Sentence]:
    more = len(sentences) - _SENTENCES
    if more <= 0:
        return sentences
    return [*sentences[:_SENTENCES], Sentence(f"… et {more} autres valeurs laissées de côté.", f"… and {more} more values left out.")]


def _current(values: dict[str, Any]) -> dict[str, Any]:
    """The file at this version, by way of every version between."""
    version = values.get("schema_version", 1) if values.get("format") == FORMAT else 1
    if not isinstance(version, int) or version > FILE_VERSION or version < 1:
        raise _newer(version)
    while version < FILE_VERSION:
        values = _MIGRATIONS[version](values)
        version += 1
    return values


def _from_bare_values(values: dict[str, Any]) -> dict[str, Any]:
    """Version 1, or a plan's JSON, which has the same values under `scenario` beside its country and level."""
    if isinstance(values.get("scenario"), dict) and "country" in values:
        return {"format": FORMAT, "schema_version": 2, **{key: values.get(key) for key in ("country", "level", "scenario")}}
    if not set(values) & set(Scenario.model_fields):
        raise FileRefused("Le fichier ne contient pas de scénario.", "The file holds no scenario.")
    return {"format": FORMAT, "schema_version": 2, "name": values.get("name"), "scenario": values}


_MIGRATIONS: Final[dict[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {1: _from_bare_values}


def _from_envelope(values: dict[str, Any]) -> Reading:
    inner = values.get("scenario")
    if not isinstance(inner, dict):
        raise FileRefused("Le fichier ne contient pas de scénario.", "The file holds no scenario.")
    scenario, left_out = patient(inner)
    known = {"format", "schema_version", "model_version", "country", "level", "name", "note", "scenario"}
    unknown = [_unknown(key) for key in values if key not in known]
    country, level = values.get("country"), values.get("level")
    return Reading(
        country if isinstance(country, str) and len(country) == 3 and country.isalpha() else "",
        level if isinstance(level, int) and 1 <= level <= 4 else 0,
        str(values.get("name") or scenario.name or "").strip()[:NAME_LENGTH],
        str(values.get("note") or "")[:NOTE_LENGTH],
        scenario,
        _shortened(unknown + left_out),
    )


def _unknown(name: str) -> Sentence:
    return Sentence(f"« {name[:60]} » est inconnu ; il est laissé de côté.", f"“{name[:60]}” is unknown; it is left out.")


def _newer(version: Any) -> FileRefused:
    return FileRefused(
        f"Le fichier est d'une version plus récente ({version}) que ce programme ; mettez-le à jour.",
        f"The file is from a newer version ({version}) than this program; update it.",
    )
