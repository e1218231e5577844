"""The filters of who does what where: kept in the session and the link, and what to do when they leave nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui import controls, session, state
from ui import format as say
from ui.columns import Column
from ui.language import t, tn
from ui.link import LinkProblem
from ui.views.coverage import RECIPIENTS
from ui.views.coverage_activities import REACHES, Choice, ways_out
from ui.views.coverage_columns import sector_name
from ui.widget_keys import widget_key

VIEWS = ("organisations", "areas", "rows")
_OF_STATE = {"area": "areas", "sector": "sector", "partner": "partner", "recipient": "recipient", "reach": "reach", "status": "status"}


def choice(rows: pd.DataFrame, area: str | None) -> Choice:
    """What is chosen, as far as the rows of the country know it; an organisation that is not there is said and left out."""
    partner = state.get("partner") or None
    if partner is not None and partner not in set(rows["organisation"]):
        state.report(LinkProblem("partner", partner, "coverage.no_partner"))
        partner = None
    return Choice(
        area,
        state.get("sector") or None,
        partner,
        state.get("recipient") or None,
        state.get("reach") or None,
        state.get("status") or None,
    )


def matrix_controls(rows: pd.DataFrame, now: Choice) -> tuple[str, DeltaGenerator]:
    """How the matrix is laid out and what it is narrowed to; the layout, and the drawer for what is set aside."""
    layout = state.get("layout") or VIEWS[0]
    with st.container(horizontal=True, vertical_alignment="top"):
        with st.container(width=420):
            controls.segmented(
                "layout",
                t("coverage.matrix"),
                list(VIEWS),
                lambda name: t(f"coverage.matrix.{name}"),
                layout,
                read=lambda name: "" if name == VIEWS[0] else name,
            )
        with st.container(width=300):
            known = session.remember("coverage.partners", lambda: sorted(set(rows["organisation"]), key=str.casefold), session.country())
            controls.chosen("partner", t("coverage.column.organisation"), ["", *known], lambda name: name or t("coverage.partner.all"), now.partner or "")
    # under the row and not over it: what opens over a page is far away for the keyboard
    narrowed = sum(value is not None for value in (now.recipient, now.reach, now.status))
    drawer = st.expander(
        t("coverage.filters.more") + (f" ({narrowed})" if narrowed else ""), icon=":material/filter_list:", key=widget_key("coverage.filters"))
    with drawer:
        row = st.grid(4, min_column_width=190)
    with row:
        controls.chosen(
            "recipient",
            t("coverage.column.type"),
            ["", *RECIPIENTS],
            lambda kind: t(f"coverage.recipient.{kind}") if kind else t("coverage.recipient.all"),
            now.recipient or "",
        )
        controls.chosen(
            "reach",
            t("coverage.column.reach"),
            ["", *REACHES],
            lambda name: t(f"coverage.reach.{name}") if name else t("coverage.reach.all"),
            now.reach or "",
            help=t("coverage.reach.help"),
        )
        controls.chosen(
            "status",
            t("coverage.column.states"),
            ["", "planned", "completed"],
            lambda status: t(f"coverage.status.{status}") if status else t("coverage.status.running"),
            now.status or "",
        )
    return str(layout), row


def sorted_by(table: pd.DataFrame, columns: Sequence[Column], drawer: DeltaGenerator) -> tuple[pd.DataFrame, str]:
    """The rows in the order asked for, figures from the largest, words by letter, and the column; headings sort by pointer only."""
    labels = {column.key: column.label for column in columns if column.on_screen}
    key = str(state.get("sort")) if state.get("sort") in labels else ""
    with drawer:
        controls.chosen("sort", t("coverage.sort"), ["", *labels], lambda name: labels.get(name) or t("coverage.sort.usual"), key)
    if not key:
        return table, key
    words = not (pd.api.types.is_numeric_dtype(table[key]) or pd.api.types.is_datetime64_any_dtype(table[key]))
    order = table[key].str.casefold() if words else table[key]
    return table.loc[order.sort_values(ascending=words, kind="stable", na_position="last").index].reset_index(drop=True), key


def nothing_left(rows: pd.DataFrame, now: Choice, untold: bool) -> None:
    """A sentence for a choice without activities, and a button for each filter whose removal shows some.

    `untold`: the 3W cannot speak of the sector chosen, so nothing is known about it.
    """
    if untold:
        st.info(t("coverage.empty.untold", sector=t(f"sector.{now.sector}")), icon=":material/help:")
    else:
        st.info(t("coverage.empty"), icon=":material/filter_alt_off:")
    with st.container(horizontal=True):
        for name, count in ways_out(rows, now)[:3]:
            st.button(
                tn("coverage.empty.without", count, count=say.number(count), filter=_said(name, now)),
                key=widget_key(f"coverage.without.{name}"),
                on_click=_clear,
                args=((name,),),
                icon=":material/close:",
            )
        st.button(t("coverage.empty.clear"), key=widget_key("coverage.clear"), on_click=_clear, args=(now.active,), icon=":material/filter_alt_off:")


def _clear(names: tuple[str, ...]) -> None:
    for name in names:
        if name == "area":
            state.select_area(None)
        else:
            state.put(_OF_STATE[name], "")


def _said(name: str, now: Choice) -> str:
    value = getattr(now, name)
    if name == "area":
        return session.area_name(value)
    if name == "sector":
        return sector_name(value)
    return str(value) if name == "partner" else t(f"coverage.{name}.{value}")
