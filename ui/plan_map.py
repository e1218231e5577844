"""The map of a plan, one for Situation and Plan: what it can show, in which classes, and what stands under the pointer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pandas as pd

from analytics.plan import Plan
from ui import format as say
from ui import session
from ui.colours import Scale, magnitude_scale, stance_scale
from ui.figures import quality_mark
from ui.language import t
from ui.map import area_map
from ui.naming import stance_labels, stance_name
from ui.views import situation as view

FORMATS: Final[dict[str, Callable[[Any], str]]] = {
    "expected": say.about, "need": say.number, "capacity": say.number, "covered": say.percent, "planned": say.percent, "cost": say.money, "persons": say.about,
}
NOTHING: Final = {
    "expected": "map.none.returns", "covered": "map.none.returns", "planned": "map.none.returns", "cost": "map.none.planned", "persons": "map.none.planned",
}
"""What an area has none of, by what the map shows: known to be none, which is not the same as unknown."""


def plan_map(page: str, shown: str, *, plan: Plan, table: pd.DataFrame, names: pd.Series, key: tuple[Any, ...], focus: str | None, alt: str) -> None:
    """Draw one of `FORMATS` or the stances of a plan's areas. `page` names the texts (`<page>.view.<shown>`, `<page>.map.text`);
    `table` is `views.situation.area_table` of the plan, `key` what both depend on."""
    area_map(
        country=session.country(),
        level=session.level(),
        rows=session.remember(f"{page}.map.{shown}", lambda: view.map_rows(table, names, shown, lambda row: tooltip(page, row, plan)), *key),
        scale=session.remember(f"{page}.scale.{shown}", lambda: scale_of(page, shown, table), *key),
        key=f"{page}.map",
        selected=focus,
        alt=alt,
        none_label=t(NOTHING[shown]) if shown in NOTHING else None,
    )


def scale_of(page: str, shown: str, table: pd.DataFrame) -> Scale:
    """The classes of what is shown; areas that have none of it are no part of them."""
    title = t(f"{page}.view.{shown}")
    if shown == "stance":
        return stance_scale(title, stance_labels())
    values = table[shown].mask(view.none_of(table, shown))
    return magnitude_scale(values, title=title, unit=t(f"{page}.view.{shown}.unit"), format=FORMATS[shown], **view.classes(shown))


def tooltip(page: str, row: pd.Series, plan: Plan) -> str:
    """What is said of an area: the figures of the page's text, then period, source and quality."""
    figures = {name: write(row[name]) for name, write in FORMATS.items()}
    return "\n".join((
        t(f"{page}.map.text", stance=stance_name(row["stance"]), before=figures["covered"], after=figures["planned"], **figures),
        t("map.computed", months=plan.scenario["horizon_months"], quality=quality_mark(row["quality"])),
    ))
