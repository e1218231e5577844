"""docs/plan.schema.json is the model's own, and what the command writes validates against it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from analytics.compute import plan
from analytics.inputs import PlanInputs
from analytics.plan import Plan
from analytics.scenario import scenario_from

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "plan.schema.json"


def published() -> dict[str, Any]:
    return dict(json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_the_published_schema_is_the_one_of_the_model() -> None:
    """After a change that is meant: `python -m analytics schema > docs/plan.schema.json`."""
    assert published() == Plan.model_json_schema()


@pytest.mark.parametrize("question", ["in_place", "budget", "target", "by_hand"])
@pytest.mark.parametrize(("iso3", "level"), [("COD", 1), ("CAF", 2), ("AFG", 1)])
def test_plans_validate_against_the_published_schema(country: Callable[[str, int], PlanInputs], iso3: str, level: int, question: str) -> None:
    answer = plan(country(iso3, level), scenario_from({"question": question, "units": {f"B01@country:{iso3}": 1}}))
    written = json.loads(answer.model_dump_json())
    jsonschema.Draft202012Validator(published()).validate(written)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(published()).validate(written | {"surprise": 1})
