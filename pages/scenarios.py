"""Scenarios: what was kept, in which versions and by whom; several side by side; sent as a link or a file."""

import streamlit as st

from data.errors import DataError
from data.workspace import scenario_file, scenarios
from data.workspace.shared_link import LinkUnusable
from ui import format as say
from ui import kept_scenarios, page, scenario_compare, session, shared, state, unfinished, workspace
from ui.describe import description
from ui.downloads import offered
from ui.language import t, tn
from ui.link_component import show_link
from ui.tables import Column, show_table
from ui.views import scenarios as view
from ui.views.plan_about import of_programme

inputs, scenario = session.inputs(), state.scenario()
country, level = session.country(), session.level()
nobody = t("scenarios.nobody")
try:
    actor, engine = workspace.actor(), workspace.engine()
    kept = [one for one in scenarios.listed(engine, actor, country) if one.latest.intact]
    away = scenarios.listed(engine, actor, country, deleted=True)
except DataError as error:
    page.head(t("scenarios.title"), workspace.said(error))
    st.stop()

# what of it does not fit the country is said at the head of the page, before anything is drawn
session.fitted(scenario)
held = kept_scenarios.in_hand()
mine = next((one for one in kept if held and one.id == held[0]), None)
on_screen = description(scenario, inputs)
page.head(
    t("scenarios.title"),
    f"{tn('scenarios.answer', len(kept), country=session.country_name())} "
    # it goes on after a colon
    f"{t('scenarios.answer.now', description=on_screen[:1].lower() + on_screen[1:])}",
)

told = kept_scenarios.conflict()
if told is not None and told.mine is not None:
    st.error(
        t("scenarios.conflict", who=told.theirs.by_name or nobody, when=workspace.moment(told.theirs.at), version=told.theirs.version),
        icon=":material/call_split:",
    )
    left, right = st.columns(2)
    ours, theirs = kept_scenarios.scenario_of(told.mine), kept_scenarios.scenario_of(told.theirs.content)
    left.markdown(f"**{t('scenarios.conflict.theirs', name=told.theirs.content.name)}**\n\n{description(theirs, inputs)}")
    right.markdown(f"**{t('scenarios.conflict.mine', name=told.mine.name)}**\n\n{description(ours, inputs)}")
    st.markdown(description(ours, inputs, theirs))
    with st.container(horizontal=True):
        st.button(t("scenarios.conflict.keep_theirs"), on_click=kept_scenarios.keep_theirs, key="scenarios.keep_theirs")
        st.button(t("scenarios.conflict.keep_mine"), on_click=kept_scenarios.keep_mine, key="scenarios.keep_mine")
        st.button(t("scenarios.conflict.keep_both"), on_click=kept_scenarios.keep_both, key="scenarios.keep_both")

deleted = kept_scenarios.just_deleted()
if deleted is not None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(t("scenarios.deleted", name=deleted[1]), width="content")
        st.button(t("scenarios.undo_delete"), on_click=kept_scenarios.bring_back, args=(deleted[0],), key="scenarios.undo_delete", icon=":material/undo:")

save_side, list_side = st.columns([2, 3], gap="large")
with save_side:
    st.subheader(t("scenarios.save.title"), anchor=False)
    st.markdown(t("scenarios.save.in_hand", name=mine.latest.content.name, version=held[1]) if mine and held else t("scenarios.save.never_kept"))
    basis = mine.latest.content if mine else None
    name_key, note_key = f"scenarios.name.{held}", f"scenarios.note.{held}"
    st.text_input(t("scenarios.name"), max_chars=scenarios.NAME_LENGTH, **unfinished.field(name_key, basis.name if basis else ""))
    st.text_area(t("scenarios.note"), max_chars=scenarios.NOTE_LENGTH, height=70, **unfinished.field(note_key, basis.note if basis else ""))
    if workspace.names_itself():
        st.text_input(t("scenarios.who"), max_chars=workspace.NAME_LENGTH, help=t("scenarios.who.help"), **unfinished.field(workspace.WHO, ""))
    with st.container(horizontal=True):
        if mine:
            st.button(t("scenarios.save"), on_click=kept_scenarios.save, args=(name_key, note_key), key="scenarios.save", icon=":material/save:")
        st.button(
            t("scenarios.save_new"),
            on_click=kept_scenarios.save_new,
            args=(name_key, note_key),
            key="scenarios.save_new",
            icon=":material/add:",
        )
    with st.expander(t("scenarios.send"), icon=":material/share:"):
        now = kept_scenarios.content(basis.name if basis else t("scenarios.unnamed"), basis.note if basis else "")
        if mine:
            show_link(t("scenarios.link.id"), shared.link_by_id(mine.id), key="scenarios.link.id")
        try:
            show_link(t("scenarios.link.whole"), shared.link_to_all(now), key="scenarios.link.whole")
        except LinkUnusable as error:
            st.info(workspace.said(error))
        st.download_button(
            t("scenarios.file"),
            data=offered(lambda: scenario_file.written(now)),
            file_name=f"{country}-scenario.json",
            mime="application/json",
            key="scenarios.file",
            on_click="ignore",
            icon=":material/download:",
        )
    with st.expander(t("scenarios.import"), icon=":material/upload_file:"):
        given = st.file_uploader(t("scenarios.import.label"), type=["json"], key="scenarios.upload", help=t("scenarios.import.help"))
        if given is not None:
            st.button(
                t("scenarios.import.button"),
                on_click=kept_scenarios.import_file,
                args=(given.getvalue(), given.name),
                key="scenarios.import",
            )

with list_side:
    st.subheader(t("scenarios.list"), anchor=False)
    if not kept:
        st.info(t("scenarios.list.empty"), icon=":material/bookmark_add:")
    for one in kept:
        content = one.latest.content
        with st.container(border=True):
            st.markdown(f"**{content.name}**" + (f" · {t('scenarios.on_screen')}" if mine is one else ""))
            st.markdown(description(kept_scenarios.scenario_of(content), inputs))
            stem = next((other for other in kept if other.id == one.forked_from), None)
            if stem is not None:
                changed = description(kept_scenarios.scenario_of(content), inputs, kept_scenarios.scenario_of(stem.latest.content))
                st.markdown(t("scenarios.forked_from", name=stem.latest.content.name, changes=changed))
            if content.note:
                st.markdown(content.note)
            st.caption(t("scenarios.version_by", version=one.latest.version, who=one.latest.by_name or nobody, when=workspace.moment(one.latest.at)))
            with st.container(horizontal=True):
                st.button(
                    t("scenarios.open"),
                    on_click=kept_scenarios.open_version,
                    args=(one.latest,),
                    key=f"scenarios.open.{one.id}",
                    icon=":material/open_in_full:",
                )
                st.button(t("scenarios.fork"), on_click=kept_scenarios.fork, args=(one.latest,), key=f"scenarios.fork.{one.id}", icon=":material/fork_right:")
                st.button(t("scenarios.delete"), on_click=kept_scenarios.delete, args=(one,), key=f"scenarios.delete.{one.id}", icon=":material/delete:")
    if away:
        with st.expander(tn("scenarios.away", len(away)), icon=":material/delete:"):
            for one in away:
                st.markdown(
                    t("scenarios.away.line", name=one.latest.content.name, who=one.deleted_by or nobody, when=workspace.moment(one.deleted_at or one.latest.at))
                )
                st.button(t("scenarios.bring_back"), on_click=kept_scenarios.bring_back, args=(one.id,), key=f"scenarios.back.{one.id}")

if kept:
    st.subheader(t("scenarios.history"), anchor=False)
    names = kept_scenarios.names(kept)
    looked_at = st.selectbox(
        t("scenarios.history.of"),
        list(names),
        index=list(names).index(mine.id) if mine else 0,
        format_func=names.__getitem__,
        key=f"scenarios.history.{mine.id if mine else ''}",
    )
    chosen = next(one for one in kept if one.id == looked_at)
    revisions = scenarios.history(engine, actor, chosen.id)
    reasons = {reason: t(f"scenarios.reason.{reason}") for reason in ("created", "saved", "restored", "forked", "imported")}
    show_table(
        view.history_table(revisions, inputs, reasons, nobody, t("scenarios.damaged")),
        [
            Column("version", t("scenarios.column.version"), say.number),
            Column("reason", t("scenarios.column.reason")),
            Column("name", t("scenarios.name"), width=150),
            Column("changes", t("scenarios.column.changes"), width=340),
            Column("by", t("scenarios.column.by"), width=130),
            Column("at", t("scenarios.column.at"), width=150),
        ],
        alt=t("scenarios.history.alt"),
        key="scenarios.history.table",
        about=of_programme("scenarios.history", "versions", [chosen.latest.content.name]),
        lines=3,
    )
    older = [revision.version for revision in revisions[1:] if revision.intact]
    if older:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            version = st.selectbox(t("scenarios.column.version"), older, key=f"scenarios.restore.{chosen.id}.version", width=160)
            st.button(t("scenarios.restore"), on_click=kept_scenarios.restore, args=(chosen, version), key="scenarios.restore", icon=":material/history:")

scenario_compare.compare(kept)
page.foot()
