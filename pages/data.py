"""Data: what is in the store and where it comes from; one's own files checked, imported, undone."""

import streamlit as st

from data import queries
from data.errors import DataError
from data.generations import store_dir
from data.importing.undoing import previous, undo
from ui import format as say
from ui import page, session, workspace
from ui.figures import Figure
from ui.language import column, t, tn
from ui.naming import named_sources
from ui.tables import Column, show_table
from ui.views import data as view
from ui.views import data_import, data_templates

country = session.country()
sources = session.query(queries.sources, country)
issues = session.query(queries.import_issues, country)
gaps = session.query(queries.data_gaps, country, session.map_level())
known = int((gaps.loc[gaps["topic"] == "indicator", "areas_known"] > 0).sum())

page.head(
    t("data.title"),
    tn("data.answer", len(sources), country=session.country_name(), sources=say.number(len(sources)), countries=say.number(len(session.countries()))),
    [
        Figure(t("data.figure.sources"), say.number(len(sources)), session.country_name(), None, t("data.figure.sources.help")),
        Figure(t("data.figure.indicators"), say.number(known), session.country_name(), None, t("data.figure.indicators.help")),
        Figure(t("data.figure.issues"), say.number(len(issues)), session.country_name(), None, t("data.figure.issues.help")),
    ],
)

# one's own files
st.subheader(t("data.own"), anchor=False)
st.markdown(t("data.own.lead"))
data_import.show_import()

with st.expander(t("data.templates"), icon=":material/table_view:"):
    data_templates.show_templates()

# what is there
st.subheader(t("data.store"), anchor=False)
show_table(
    named_sources(sources),
    [
        Column(column("title"), t("data.column.source"), width=250),
        Column("publisher", t("data.column.publisher"), view.said, width=150),
        Column("period", t("data.column.period"), view.said, width=110),
        Column("licence", t("data.column.licence"), view.said, width=125),
        Column(column("changes"), t("data.column.changes"), width=285),
        Column("url", t("data.column.url"), on_screen=False),
        Column("sha256", t("data.column.sha256"), on_screen=False),
    ],
    alt=t("data.store.alt"),
    key="data.sources",
    basis=(country,),
    file_name=f"{country}-sources",
    lines=4,
    height="content",
)
st.caption(t("data.quality.lead", issues=say.number(len(issues))))
with st.expander(t("data.quality")):
    show_table(
        issues.assign(source_id=issues["source_id"].map(sources.set_index("source_id")[column("title")]).fillna(issues["source_id"])),
        [
            Column("severity", t("data.column.severity"), lambda name: t(f"data.severity.{name}")),
            Column(column("message"), t("data.column.message"), width=620),
            Column("source_id", t("data.column.source"), width=260),
            Column("row_no", t("data.column.row"), on_screen=False),
            Column("column", t("data.column.column"), on_screen=False),
            Column("value", t("data.column.value"), on_screen=False),
        ],
        alt=t("data.quality.alt"),
        key="data.quality",
        basis=(country,),
        file_name=f"{country}-qualite",
        height=360,
    )
before = previous(store_dir())
try:
    data_import.show_undo(before.name if before else None, lambda: undo(workspace.actor(), store_dir()))
except DataError as error:
    st.error(getattr(error, column("message")))
page.foot(sources)
