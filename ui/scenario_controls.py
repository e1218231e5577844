"""Widgets for the fields of the scenario, made from its input table: sliders, lists, switches, and tables of figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final

import streamlit as st

from analytics.scenario import ScenarioError
from analytics.scenario_inputs import BY_KEY, ScenarioInput
from ui import format as say
from ui import state
from ui.input_text import input_label
from ui.language import language, speaking, t
from ui.widget_keys import labels_of, prepared, widget_key

IN_SIGHT: Final = 5
"""At most so many controls in sight; the rest stands behind "More"."""


MOST_AT_ONCE: Final = 2
"""Fields one person can change between two runs: one being typed and one being clicked."""
_CHANGED: Final = "scenario.changed"


def scenario_controls(
    keys: Sequence[str], *, labels: Mapping[str, Mapping[str, str]] | None = None, computed: Mapping[str, str] | None = None
) -> None:
    """Widgets for fields of the scenario: the first five in sight, the rest behind "More".

    `labels` names the rows of fields that are tables of figures (`host_multipliers`: ISO3 -> country name); `computed` has
    what the method chose for fields left empty, as a person says it.
    """
    rows, chosen_by_method = labels or {}, computed or {}
    for key in keys[:IN_SIGHT]:
        scenario_control(key, rows.get(key), chosen_by_method.get(key))
    if len(keys) > IN_SIGHT:
        with st.expander(t("ui.more"), icon=":material/tune:"):
            for key in keys[IN_SIGHT:]:
                scenario_control(key, rows.get(key), chosen_by_method.get(key))


def scenario_control(key: str, rows: Mapping[str, str] | None = None, computed: str | None = None) -> None:
    """The widget of one field of the scenario; a field that is a table of figures needs the names of its rows. An empty
    field shows `computed`, the method's own choice."""
    row = BY_KEY[key]
    if row.kind == "table":
        for name, label in (rows or {}).items():
            _table_figure(row, name, label)
        return
    value = getattr(state.scenario(), key)
    label, help = input_label(key), t(f"input.{key}.help")
    if row.kind == "choice":
        widget = prepared(f"s.{key}", value)
        draw = st.segmented_control if len(row.choices) <= 2 else st.selectbox
        draw(
            label,
            row.choices,
            format_func=labels_of(row.choices, lambda c: t(f"input.{key}.choice.{c}")),
            key=widget,
            help=help,
            on_change=_set,
            args=(key, widget, None),
        )  # type: ignore[operator]
    elif row.kind == "flag":
        st.toggle(label, key=prepared(f"s.{key}", value), help=help, on_change=_set, args=(key, widget_key(f"s.{key}"), None))
    elif row.kind == "date":
        _month(key, label, help, value)
    elif row.unit in ("share", "multiplier", "per_returnee"):
        _slide(f"s.{key}", label, row, value, _set, (key,), help)
    else:
        whole = row.kind == "integer"
        widget = prepared(f"s.{key}", value if value is None or not whole else int(value))
        kind: Callable[[Any], Any] = int if whole else float
        st.number_input(
            label,
            min_value=None if row.minimum is None else kind(row.minimum),
            max_value=None if row.maximum is None else kind(row.maximum),
            value=None,
            step=kind(row.step or 1),
            format=None if whole else "%.0f" if (row.step or 1) >= 1 else "%.2f",
            key=widget,
            help=help,
            placeholder=computed or t("ui.computed"),
            on_change=_set,
            args=(key, widget, None if row.default is None else _or_default(row)),
        )


def shock_control(name: str, label: str) -> None:
    """A multiplier for returns from one host country (ISO3), or `internal` for people displaced inside the country."""
    if name == "internal":
        scenario_control("m_internal")
    else:
        _table_figure(BY_KEY["host_multipliers"], name, label)


def month_and_year(value: date | None) -> tuple[int | None, int | None]:
    """Month and year of a start date, both None when the method chooses."""
    return (None, None) if value is None else (value.month, value.year)


def _table_figure(row: ScenarioInput, name: str, label: str) -> None:
    table: Mapping[str, float] = getattr(state.scenario(), row.key)
    neutral = 1.0 if row.unit in ("multiplier", "weight") else 0.0
    value = float(table.get(name, neutral))
    _slide(f"s.{row.key}.{name}", label, row, value, _set_in_table, (row.key, name, neutral))


def _slide(
    name: str, label: str, row: ScenarioInput, value: float, keep: Callable[..., None], arguments: tuple[Any, ...], help: str | None = None
) -> None:
    """A slider over the steps of an input, its values said in the language (st.slider would write them the English way)."""
    usual = 0.05 if row.unit == "share" else 0.1
    top = (row.maximum or 1.0) if row.unit == "share" else 3.0 if value <= 3 else 10.0
    said = _steps(row.unit == "share", usual if row.kind == "table" else row.step or usual, row.minimum or 0.0, top, value, language())
    widget = prepared(name, value)
    st.select_slider(label, list(said), format_func=said.__getitem__, key=widget, help=help, on_change=keep, args=(*arguments, widget))


@lru_cache(maxsize=512)
def _steps(share: bool, step: float, low: float, top: float, value: float, language: str) -> dict[float, str]:
    """The values of a slider with their words, the value in use among them."""
    steps = {round(low + step * number, 6) for number in range(round((top - low) / step) + 1)} | {value}
    with speaking(language):
        return {figure: _share_text(figure) if share else _times(figure) for figure in sorted(steps)}


def _share_text(value: float) -> str:
    return say.percent(value, 1 if round(value * 100, 6) % 1 else 0)


def _times(value: float) -> str:
    return f"×{say.NO_BREAK}{say.number(value, 2)}"


def _month(key: str, label: str, help: str, value: date | None) -> None:
    # two lists instead of st.date_input: its day cells are too small to hit (FINDINGS 12)
    this_year = date.today().year
    month, year = month_and_year(value)
    months = prepared(f"s.{key}.month", month)
    years = prepared(f"s.{key}.year", year)
    left, right = st.columns(2, vertical_alignment="bottom")
    left.selectbox(
        label,
        range(1, 13),
        format_func=labels_of(range(1, 13), say.month),
        index=None,
        key=months,
        help=help,
        placeholder=t("ui.computed"),
        on_change=_set_month,
        args=(key, months, years),
    )
    right.selectbox(
        t("ui.year"),
        range(this_year - 2, this_year + 11),
        index=None,
        key=years,
        placeholder=t("ui.computed"),
        on_change=_set_month,
        args=(key, months, years),
    )


def _set(field: str, key: str, read: Callable[[Any], Any] | None = None) -> None:
    value = st.session_state[key]
    if BY_KEY[field].kind != "choice" or value in BY_KEY[field].choices:
        _try(field, read(value) if read else value)


def _set_in_table(field: str, name: str, neutral: float, key: str) -> None:
    value = st.session_state[key]
    table = {**getattr(state.scenario(), field), name: value}
    full = set(BY_KEY[field].default)
    _try(field, {code: figure for code, figure in table.items() if code in full or figure != neutral})


def _set_month(field: str, months: str, years: str) -> None:
    month, year = st.session_state[months], st.session_state[years]
    if month in (None, *range(1, 13)):
        _try(field, None if month is None or year is None else date(year, month, 1))


def begin_run() -> None:
    """Forgets what changed in the run before; called once at the start of every run."""
    st.session_state.pop(_CHANGED, None)


def _try(field: str, value: Any) -> None:
    changed = st.session_state.setdefault(_CHANGED, {"before": state.scenario(), "fields": set()})
    changed["fields"].add(field)
    if len(changed["fields"]) > MOST_AT_ONCE:
        # nobody moves that many at once: these are widgets that lost their value on the way, not a choice
        state.use_scenario(changed["before"])
        return
    try:
        state.set_scenario(**{field: value})
    except ScenarioError:
        # the widget's own bounds are narrower; only a tampered message comes here, and the scenario stays as it was
        st.toast(t("ui.not_accepted", label=t(f"input.{field}.label")), icon=":material/block:")


def _or_default(row: ScenarioInput) -> Callable[[Any], Any]:
    return lambda value: row.default if value is None else value
