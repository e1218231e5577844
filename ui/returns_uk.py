"""The Home Office's own count on the page Returns: a source of its own, never added to the others."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ui import charts, session
from ui import format as say
from ui.exports import About
from ui.language import t
from ui.views import returns as view
from ui.views import returns_text as words


def show_uk(uk: pd.DataFrame, country: str) -> None:
    """Returns from the United Kingdom by year and type, and how many left for another country; nothing where there is none (`uk`:
    queries.uk_returns_by_type).
    """
    if uk.empty:
        return
    st.subheader(t("returns.uk"), anchor=False)
    st.caption(t("returns.uk.note"))
    home = session.remember("returns.uk_home", lambda: view.from_uk(uk), country)
    types = [(name, colour, symbol) for name, colour, symbol in view.UK_LINES if name in home]
    withheld = session.remember("returns.uk_withheld", lambda: view.only_withheld(home), country)
    if withheld:
        # a chart of nothing but zeros would say that nobody came back
        first, last = int(home["year"].min()), int(home["year"].max())
        st.info(t("returns.uk.only_protected", first=first, last=last, years=say.several([str(year) for year in withheld])), icon=":material/shield:")
    else:
        _show_years(home, types, words.of_uk(uk), country)
    elsewhere = uk.loc[~uk["destination_home"].astype(bool), "persons"].sum(skipna=False)
    first = int(uk["year"].min())
    st.caption(
        t("returns.uk.elsewhere_protected", year=first) if say.missing(elsewhere) and session.is_protected()
        else t("returns.uk.elsewhere", elsewhere=say.people(elsewhere), year=first))


def _show_years(home: pd.DataFrame, types: list[tuple[str, str, str]], about: About, country: str) -> None:
    lines = [charts.Line(name, t(f"returns.uk.{name}"), colour, symbol=symbol, hxl="#affected+returnees+uk") for name, colour, symbol in types]
    chart = session.remember(
        "returns.uk",
        lambda: charts.trend(home, lines, x="year", title=t("returns.uk"), y_title=t("returns.uk.axis"), height=280),
        country,
    )
    charts.show_chart(chart, key="returns.uk", about=about)
