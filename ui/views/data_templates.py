"""Workbooks to fill in, on the page Data: one a table, with HXL tags, lists to choose from and notes in both languages."""

from __future__ import annotations

import streamlit as st

from data.importing.templates import TEMPLATES, template_bytes
from ui import session
from ui.downloads import offered
from ui.language import has, language, t
from ui.views import data as view
from ui.widget_keys import labels_of, widget_key


def show_templates() -> None:
    """Choose a table, fetch its workbook."""
    st.markdown(t("data.templates.lead"))
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    names = list(TEMPLATES)
    table = left.selectbox(t("data.column.table"), names, format_func=labels_of(names, _named), key=widget_key("template"))
    empty = session.remember("data.template", lambda: template_bytes(table), table)
    right.download_button(t("data.templates.get"), offered(lambda: empty), key=widget_key("template.get"),
                          file_name=f"ancrage-{table}.xlsx", mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                          icon=":material/download:", on_click="ignore")


def _named(table: str) -> str:
    own = f"data.template.{table}"
    return t(own) if has(own) else view.table_name(table, language())
