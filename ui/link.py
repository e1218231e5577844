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
            wrong = {field.split(".")[0] for field, _, _ in error.problems} & set(values)
            # a rule between fields names no field of its own: the text does
            wrong = wrong or {name for name in values if any(name in reason for _, _, reason in error.problems)} or set(values)
            for field in sorted(wrong):
                detail = next((reason for name, _, reason in error.problems if name.split(".")[0] == field), str(error))
                problems.append(LinkProblem(PREFIX + field, texts[field], "link.out_of_range", detail))
                del values[field]


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
