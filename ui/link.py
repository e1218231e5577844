"""The scenario as link parameters: its differences from the defaults, one readable parameter a field.

`s.budget=5000000&s.host_multipliers=PAK:1.5,IRN:2`. A table of plain numbers or words is written `KEY:VALUE,...`, any deeper
value as JSON. What is wrong in a link is reported and left out; the rest is kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from analytics.scenario import Scenario, ScenarioError, differences, scenario_from

PREFIX: Final = "s."
_WHOLE: Final = frozenset(name for name, default in Scenario() if isinstance(default, dict) and default)
"""Tables that need every one of their entries."""
_STAND_ALONE: Final = frozenset({"earmarks"})
"""Lists of which each entry means something without the others."""
_PLAIN: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+. ")


@dataclass(frozen=True)
class LinkProblem:
    """One value of a link that could not be used; `reason` is a text key, `detail` the checker's own words."""

    parameter: str
    value: str
    reason: str
    detail: str = ""


def parameters_of(scenario: Scenario) -> dict[str, str]:
    """The link parameters of a scenario, in the scenario's own order; none when it has every default."""
    return {PREFIX + key: _written(value) for key, value in differences(scenario).items()}


def scenario_of(parameters: Mapping[str, str]) -> tuple[Scenario, list[LinkProblem]]:
    """The scenario a link describes, and what in the link could not be used."""
    texts = {key.removeprefix(PREFIX): text for key, text in parameters.items() if key.startswith(PREFIX)}
    problems: list[LinkProblem] = []
    values: dict[str, Any] = {}
    for field, text in texts.items():
        if field not in Scenario.model_fields or field == "schema_version":
            problems.append(LinkProblem(PREFIX + field, text, "link.unknown"))
        else:
            values[field] = _read(text)
    while True:
        try:
            return scenario_from(values), problems
        except ScenarioError as error:
            wrong = {_part(field, values): (value, reason) for field, value, reason in reversed(error.problems) if field.split(".")[0] in values}
            # a rule between fields names no field of its own: the text does
            wrong = wrong or {(name, None): (None, str(error)) for name in values if any(name in reason for _, _, reason in error.problems)}
            for (field, entry), (value, detail) in sorted(wrong.items(), key=str) or [((name, None), (None, str(error))) for name in values]:
                if entry is None:
                    problems.append(LinkProblem(PREFIX + field, texts[field], "link.out_of_range", detail))
                    values.pop(field, None)
                elif field in values:
                    # one wrong entry of a table: the others are kept
                    held = values[field][int(entry) if isinstance(values[field], list) else entry]
                    shown = json.dumps(held, ensure_ascii=False) if value is None or isinstance(value, (dict, list)) else str(value)
                    problems.append(LinkProblem(f"{PREFIX}{field}.{entry}", shown, "link.out_of_range", detail))
                    if not isinstance(values[field], list):
                        values[field] = {key: kept for key, kept in values[field].items() if key != entry}
            for field in {field for field, entry in wrong if entry is not None and isinstance(values.get(field), list)}:
                values[field] = [kept for number, kept in enumerate(values[field]) if (field, str(number)) not in wrong]


def _part(name: str, values: Mapping[str, Any]) -> tuple[str, str | None]:
    """The field a complaint is about, and the entry where the field is a table that has it."""
    field, *deeper = name.split(".")
    table = values.get(field)
    if deeper and isinstance(table, list) and field in _STAND_ALONE and deeper[0].isdigit():
        return field, deeper[0]
    return field, deeper[0] if deeper and isinstance(table, dict) and deeper[0] in table and field not in _WHOLE else None


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, str) and not _looks_like_json(value):
        return value
    if isinstance(value, dict) and value and all(_is_plain(k, v) for k, v in value.items()):
        return ",".join(f"{k}:{v if isinstance(v, str) else _number(v)}" for k, v in value.items())
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _read(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=lambda name: name)
    except json.JSONDecodeError:
        pass  # not JSON: a table of plain values, or a word
    parts = text.split(",")
    if all(part.count(":") == 1 for part in parts):
        pairs = dict(part.split(":") for part in parts)
        return {key: _scalar(value) for key, value in pairs.items()}
    return text


def _scalar(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=lambda name: name)
    except json.JSONDecodeError:
        return text


def _is_plain(key: str, value: Any) -> bool:
    if not (key and set(key) <= _PLAIN) or isinstance(value, bool):
        return False
    if isinstance(value, (int, float)):
        return True
    return isinstance(value, str) and bool(value) and set(value) <= _PLAIN and not _looks_like_json(value)


def _looks_like_json(text: str) -> bool:
    return not isinstance(_read(text), str) or _read(text) != text


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)
