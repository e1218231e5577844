"""The rows a map draws as a table for its files: code, name, figure and class of each area, and what its tooltip says."""

from __future__ import annotations

import pandas as pd

from ui.colours import NO_DATA, NONE, PROTECTED, Scale, TwoWayScale, classify, classify_two_way, with_absences
from ui.columns import Column
from ui.language import t

VALUE_HXL = "#indicator+value+num"


def map_table(rows: pd.DataFrame, scale: Scale | TwoWayScale, level: int, none_label: str | None = None) -> tuple[pd.DataFrame, tuple[Column, ...]]:
    """The areas of `ui.map.area_map` in its own order: an area whose figure is withheld has neither figure nor text, only the word."""
    numbers = classify_two_way(rows["value"], rows["value_y"], scale) if isinstance(scale, TwoWayScale) else classify(rows["value"], scale)
    withheld = rows["protected"].astype(bool) if "protected" in rows else pd.Series(False, index=rows.index)
    numbers = with_absences(numbers, protected=withheld, none=rows.get("none"))
    absent = {NO_DATA: t("map.no_data"), PROTECTED: t("map.protected"), NONE: none_label or t("map.none")}
    measured = isinstance(scale, TwoWayScale) or scale.breaks is not None
    axes = (scale.x, scale.y) if isinstance(scale, TwoWayScale) else (scale,)
    keys = ("value", "value_y")[: len(axes)] if measured else ()
    frame = pd.DataFrame(
        {
            "pcode": rows.index.astype(str),
            "name": rows["name"].to_numpy(),
            **{key: pd.to_numeric(rows[key]).mask(withheld).to_numpy() for key in keys},
            "class": [scale.classes[number].label if number >= 0 else absent[number] for number in numbers],
            "text": rows["text"].fillna("").str.replace("\n", " · ").mask(withheld, t("map.protected.text")).to_numpy(),
            "protected": withheld.to_numpy(),
        }
    )
    return frame, (
        Column("pcode", t("exports.column.code"), hxl=f"#adm{level}+code"),
        Column("name", t("exports.column.area"), hxl=f"#adm{level}+name"),
        # a tag names one column: of two figures the second says that it is the other
        *(Column(key, _titled(axis), hxl=VALUE_HXL + tag) for key, axis, tag in zip(keys, axes, ("", "+beside"), strict=False)),
        Column("class", t("exports.column.class"), hxl="#indicator+class"),
        Column("text", t("exports.column.said"), hxl="#description"),
    )


def _titled(scale: Scale) -> str:
    return f"{scale.title} ({scale.unit})" if scale.unit else scale.title
