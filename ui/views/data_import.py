"""The import on the page Data: files, the guess and its correction, what would change, the import itself with progress and a stop."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from data.importing.periods import span
from data.importing.process import RunningImport, Upload, start
from data.importing.progress import stage_and_rows
from ui import format as say
from ui import session, state, workspace
from ui.language import has, language, t, tn
from ui.tables import Column, show_table
from ui.views import data as view
from ui.widget_keys import labels_of, widget_key

ENDINGS: Final = ["csv", "tsv", "txt", "gz", "xlsx", "json", "geojson", "gpkg", "zip"]
MANY: Final = 8
"""Remarks that stand without scrolling."""
MOST_NAMES: Final = 60
"""Names to confirm that are shown at once; the others follow once these are settled."""
_UPLOAD: Final = "data.upload"
_RUNNING: Final = "data.running"
_REPORT: Final = "data.report"
_FAILED: Final = "data.failed"
_STOPPED: Final = "data.was_stopped"
_ASKED: Final = "data.asked"


def show_import() -> None:
    """Choose files and a country, check them, correct the guess, import."""
    names = view.world(language())
    with st.form(widget_key("files"), border=False):
        left, right = st.columns([2, 3], gap="medium")
        iso3 = left.selectbox(t("data.country"), list(names), index=list(names).index(session.country()), format_func=labels_of(names, lambda c: names[c]),
                              help=t("data.country.help"))
        files = right.file_uploader(t("data.files"), type=ENDINGS, accept_multiple_files=True, help=t("data.files.help"))
        left, others = st.columns([2, 3], gap="medium")
        middle, right = others.columns(2, gap="medium")
        publisher = left.text_input(t("data.publisher"), key=widget_key("publisher"), max_chars=200, help=t("data.publisher.help"))
        licence = middle.text_input(t("data.licence"), key=widget_key("licence"), max_chars=200, help=t("data.licence.help"))
        period = right.text_input(t("data.period"), key=widget_key("period"), max_chars=60, placeholder=t("data.period.example"), help=t("data.period.help"))
        asked = st.form_submit_button(t("data.check"), icon=":material/fact_check:")
    if asked and period.strip() and span(period) is None:
        # what was checked before is not what is asked for now
        _forget()
        st.error(t("data.period.wrong", period=period.strip(), example=t("data.period.example")))
    elif asked and files and _running() is None:
        _forget()
        upload = Upload(str(iso3), publisher, licence, period.strip())
        upload.keep([(one.name, one.getvalue()) for one in files])
        st.session_state[_UPLOAD] = upload
        _start(dry_run=True)
    elif asked and not files:
        st.info(t("data.no_file"))
    if _running() is not None:
        _progress()
    elif st.session_state.get(_STOPPED):
        st.info(t("data.stopped"), icon=":material/cancel:")
    elif st.session_state.get(_FAILED):
        st.error(t("data.failed", sentence=st.session_state[_FAILED]))
    elif st.session_state.get(_REPORT):
        _result(st.session_state[_REPORT])


@st.fragment(run_every=0.7)
def _progress() -> None:
    running = _running()
    if running is None:
        # stopped: the page says so, of which this part knows nothing
        st.rerun()
    if not workspace.may("import_data"):
        # a fragment runs without app.py: whose role is gone goes to the page that says so
        st.rerun()
    if running.is_done:
        report = running.report()
        st.session_state.pop(_RUNNING)
        st.session_state[_REPORT], st.session_state[_FAILED] = report, None if report else running.sentence(language()) or t("data.stopped")
        st.rerun()
    said, share = running.progress()
    stage, rows = stage_and_rows(said)
    left = running.seconds_left()
    known = stage if not has(f"data.stage.{stage}") else t(f"data.stage.{stage}")
    known = t("data.progress.rows", stage=known, rows=say.number(rows)) if rows else known
    told = t("data.progress", stage=known or t("data.stage.begin"), share=say.percent(share))
    st.progress(share, text=told if left is None else t("data.progress.left", told=told, seconds=say.number(max(1, round(left)))))
    st.button(t("data.cancel"), on_click=_cancel, key=widget_key("cancel"), icon=":material/cancel:")


def _result(report: dict[str, Any]) -> None:
    found = view.sheets(report)
    refused = any(view.refusals(one) for one in report["files"])
    if report["generation"]:
        st.success(t("data.done", generation=str(report["generation"]).removesuffix(".duckdb")), icon=":material/check_circle:")
    elif refused:
        for sentence in dict.fromkeys(issue[f"message_{language()}"] for one in report["files"] for issue in view.refusals(one)):
            st.error(sentence, icon=":material/block:")
    else:
        st.info(t("data.would", **{key: say.number(report["changes"][key]) for key in ("added", "changed", "removed")}), icon=":material/difference:")
        _areas(report["changes"])
    if not refused:
        for sentence in view.warnings(report, language()):
            st.warning(sentence, icon=":material/event_busy:")
    if len(found):
        show_table(found, [
            Column("name", t("data.column.file"), width=190),
            Column("table", t("data.column.table"), lambda name: view.table_name(name, language()) if name else t("data.none")),
            *(Column(key, t(f"data.column.{key}"), say.number) for key in ("rows_read", "accepted", "repaired", "set_aside", "refused")),
            Column("join_rate_rows", t("data.column.join_rows"), say.percent),
            Column("join_rate_persons", t("data.column.join_persons"), say.percent),
        ], alt=t("data.sheets.alt"), key="data.sheets")
    told = view.issues(report, language())
    if len(told):
        with st.expander(tn("data.issues", len(told), number=say.number(len(told))), expanded=refused):
            show_table(told, [
                Column("severity", t("data.column.severity"), lambda name: t(f"data.severity.{name}")),
                Column("message", t("data.column.message"), width=780),
                Column("name", t("data.column.file"), on_screen=told["name"].nunique() > 1),
                Column("row", t("data.column.row"), on_screen=False), Column("column", t("data.column.column"), on_screen=False),
                Column("value", t("data.column.value"), on_screen=False),
            ], alt=t("data.issues.alt"), key="data.issues", file_name="ancrage-import", height=320 if len(told) > MANY else "auto")
    if not report["generation"]:
        _correct(report, refused)


def _areas(changes: dict[str, Any]) -> None:
    for key in ("areas_gaining", "areas_losing"):
        if changes.get(key):
            areas, left = view.areas(changes, key, language())
            st.caption(t(f"data.{key}", areas=areas) + (f" {t('data.areas_more', number=say.number(left))}" if left else ""))


def _correct(report: dict[str, Any], refused: bool) -> None:
    """The guess with samples, to be corrected; then check again, or import."""
    confirmed: dict[str, Any] = {}
    for number, one in enumerate(report["files"]):
        if not one.get("samples") or one["table"] == "boundaries":
            continue
        with st.expander(t("data.guess", name=" / ".join(part for part in (one["file"], one["sheet"]) if part)), expanded=not one["table"]):
            tables = view.table_choices()
            table = st.selectbox(t("data.column.table"), tables, index=tables.index(one["table"]) if one["table"] else None,
                                 format_func=labels_of(tables, lambda name: view.table_name(name, language())), key=widget_key(f"table.{number}"))
            if table:
                fields = [view.NOT_USED, *view.field_choices(table, one)]
                edited = st.data_editor(view.guess(one), key=widget_key(f"guess.{number}.{one['shape']}"), hide_index=True, width="stretch",
                                        placeholder=t("data.field.none"), alt=t("data.guess.alt"), column_config={
                    "column": st.column_config.TextColumn(t("data.column.column"), disabled=True),
                    "samples": st.column_config.TextColumn(t("data.column.samples"), disabled=True),
                    "field": st.column_config.SelectboxColumn(t("data.column.field"), options=fields, format_func=labels_of(fields, view.field_name))})
                corrected = view.correction(one, table, edited)
                if corrected:
                    confirmed[one["shape"]] = corrected
    said = _names(report)
    buttons = st.container(horizontal=True)
    asked = st.session_state.pop(_ASKED, "")
    if confirmed or said:
        buttons.button(t("data.check_again"), key=widget_key("again"), icon=":material/fact_check:", on_click=_ask, args=("again",))
    elif not refused:
        buttons.button(t("data.import"), key=widget_key("import"), icon=":material/database_upload:", on_click=_ask, args=("import",))
    if asked == "again" and (confirmed or said):
        _start(dry_run=True, confirmed={**st.session_state.get("data.confirmed", {}), **confirmed},
               aliases={**st.session_state.get("data.aliases", {}), **said})
        st.rerun()
    if asked == "import" and not (refused or confirmed or said):
        _start(dry_run=False, confirmed=st.session_state.get("data.confirmed"), aliases=st.session_state.get("data.aliases"))
        st.rerun()


def _names(report: dict[str, Any]) -> dict[str, str]:
    """Names of the files that resemble those of areas, to be confirmed by a tick, and confirmed ones, to be taken back: what differs from
    the report, name -> P-code, empty for one to forget.
    """
    found = view.names(report)
    open_ones = [name for name in found if not name["confirmed"]]
    said: dict[str, str] = {}
    if not found:
        return said
    title = tn("data.names", len(open_ones), number=say.number(len(open_ones))) if open_ones else t("data.names.known")
    with st.expander(title, expanded=bool(open_ones), key=widget_key("names")):
        st.caption(t("data.names.help"))
        for name in [*open_ones[:MOST_NAMES], *found[len(open_ones):]]:
            ticked = st.checkbox(view.name_in_words(name, language()), value=bool(name["confirmed"]), disabled=name["name"] in said,
                                 key=widget_key(f"name.{name['confirmed']}.{name['name']}.{name['pcode']}"))
            if ticked != bool(name["confirmed"]) and name["name"] not in said:
                said[name["name"]] = name["pcode"] if ticked else ""
        if len(open_ones) > MOST_NAMES:
            st.caption(t("data.names.more", number=say.number(len(open_ones) - MOST_NAMES)))
    return said


def _ask(what: str) -> None:
    """Notes what was pressed: it holds through a run that begins anew before it comes to the button."""
    st.session_state[_ASKED] = what


def _running() -> RunningImport | None:
    found: RunningImport | None = st.session_state.get(_RUNNING)
    return found


def _start(*, dry_run: bool, confirmed: dict[str, Any] | None = None, aliases: dict[str, str] | None = None) -> None:
    st.session_state["data.confirmed"], st.session_state["data.aliases"] = confirmed or {}, aliases or {}
    st.session_state[_REPORT] = st.session_state[_FAILED] = st.session_state[_STOPPED] = None
    st.session_state[_RUNNING] = start(workspace.actor(), st.session_state[_UPLOAD], dry_run=dry_run, confirmed=confirmed, aliases=aliases)


def _cancel() -> None:
    running = _running()
    if running is not None:
        running.cancel()
        st.session_state.pop(_RUNNING)
        st.session_state[_STOPPED] = True


def _forget() -> None:
    before: Upload | None = st.session_state.pop(_UPLOAD, None)
    if before is not None:
        before.forget()
    for key in (_REPORT, _FAILED, _STOPPED, "data.confirmed", "data.aliases"):
        st.session_state.pop(key, None)


def show_undo(previous: str | None, undo: Any) -> None:
    """Go back to the generation before, after a second click."""
    if previous is None:
        st.caption(t("data.undo.none"))
        return
    with st.popover(t("data.undo"), icon=":material/undo:"):
        st.markdown(t("data.undo.sure", generation=previous.removesuffix(".duckdb")))
        if st.button(t("data.undo.yes"), key=widget_key("undo")):
            undo()
            state.put("country", "")
            st.rerun()
