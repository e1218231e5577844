"""The frame every page stands in: the question as title, the sentence that answers it, headline figures, and at the foot what
the figures rest on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from analytics.scenario import MODEL_VERSION
from data import queries
from data.errors import StoreUnavailable
from ui import format as say
from ui import session, state, workspace
from ui.figures import Figure, quality_legend, show_figures
from ui.language import column, t
from ui.naming import source_line


def head(question: str, answer: str, figures: Sequence[Figure] = ()) -> None:
    """The question as title, one plain sentence that answers it, and three or four headline figures."""
    if not state.opened_by_app():
        # Streamlit still looks for a folder called pages: until app.py has run once it opens its files without app.py
        PagesManager.uses_pages_directory = False
        st.rerun()
    st.title(question, anchor=False)
    notice = session.store().notice
    if notice is not None:
        st.warning(getattr(notice, column("message")), icon=":material/history:")
    say_protected()
    say_link_problems()
    workspace.told()
    st.markdown(answer)
    if figures:
        show_figures(figures)


def way_to_figures(what: str) -> None:
    """What to do where figures are missing: import them, for who may; everybody else is told whom to ask."""
    may_import = workspace.may("import_data")
    st.info(what if may_import else t("page.ask_figures"), title=t("page.what_to_do"), icon=":material/upload_file:")
    if may_import:
        st.page_link("pages/data.py", label=t("page.to_data"), icon=":material/upload_file:")


def beside_map() -> list[Any]:
    """Two columns: the map (60 % of the width) and the panel that changes it."""
    return st.columns([3, 2], gap="medium")


def say_protected() -> None:
    """To audiences that see a release: which one, of what day, and from how many people on a number is shown."""
    if session.is_protected():
        made = session.query(queries.release).iloc[0]
        st.info(
            t("audience.protected", date=say.date(made["made_at"]), release=say.number(made["number"]), k=say.number(made["k"])), icon=":material/shield:"
        )


def say_link_problems() -> None:
    """What in the opened link could not be used, a sentence each."""
    problems = state.link_problems()
    if problems:
        lines = [
            t(problem.reason, parameter=problem.parameter, value=problem.value[:80], country=session.country_name(), near=problem.detail)
            for problem in problems
        ]
        title = t("link.title.scenario" if all(problem.reason == "link.does_not_fit" for problem in problems) else "link.title")
        st.warning("\n".join(f"- {line}" for line in lines), title=title, icon=":material/link_off:")


def foot(sources: pd.DataFrame | None = None, used: Iterable[str] = ()) -> None:
    """What the page rests on: model version, generation of the store, quality marks and the sources used."""
    st.divider()
    named = _named(sources, tuple(used))
    st.caption(
        "  \n".join(
            line
            for line in (
                t("ui.quality_legend", marks=quality_legend()),
                t("ui.sources", sources=named) if named else "",
                t("ui.made_with", version=MODEL_VERSION, generation=session.basis_name()),
                t("ui.borders"),
            )
            if line
        )
    )


def store_unavailable(error: StoreUnavailable) -> None:
    """The one page shown when no store opens: what is missing, where, how to mend it."""
    st.title(t("store.title"), anchor=False)
    st.error(t("store.sentence"), icon=":material/database_off:")
    st.markdown(t("store.mend"))
    st.code("python -m data build", language=None)
    st.caption(t("store.detail", detail=getattr(error, column("message"))))


def _named(sources: pd.DataFrame | None, used: tuple[str, ...]) -> str:
    if sources is None or sources.empty:
        return ""
    rows = sources[sources["source_id"].isin(used)] if used else sources
    told = ["publisher", column("title"), "period", "period_start", "period_end", "licence"]
    return say.listed([source_line(*row) for row in rows[told].itertuples(index=False)])
