"""What a person does with kept scenarios, each a button's callback: the workspace authorises, and what goes wrong is a sentence.

The session remembers which scenario it opened and at which version: a save says what it has seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from analytics.scenario import Scenario
from data.errors import DataError
from data.workspace import scenario_file, scenarios
from data.workspace.scenarios import Conflict, Content, Kept, Revision
from ui import session, shared, state, steps, workspace
from ui.language import t

_CONFLICT: Final = "scenarios_conflict"
_DELETED: Final = "scenarios_deleted"


def in_hand() -> tuple[str, int] | None:
    """(id, version seen) of the kept scenario this session works on; None for work that was never kept."""
    return st.session_state.get(shared.OPENED)


def conflict() -> Conflict | None:
    """The save that met somebody else's, until the person has chosen."""
    return st.session_state.get(_CONFLICT)


def just_deleted() -> tuple[str, str] | None:
    """(id, name) of what this session deleted last, for the undo that is offered at once."""
    return st.session_state.get(_DELETED)


def content(name: str, note: str, scenario: Scenario | None = None) -> Content:
    """The scenario on screen as it is kept. Raises DataError for a name that is none."""
    values = (scenario or state.scenario()).model_dump(mode="json")
    return Content(session.country(), session.level(), name.strip(), note.strip(), values)


def scenario_of(kept: Content) -> Scenario:
    """The scenario of a kept content, without what this version cannot use."""
    return scenario_file.patient(kept.values)[0]


def names(kept: Sequence[Kept]) -> dict[str, str]:
    """The name of each kept scenario by id; those of one name are told apart by when they were last kept, then by their number."""
    given = {one.id: one.latest.content.name for one in kept}
    dated = {one.id: f"{given[one.id]} ({workspace.moment(one.latest.at)})" for one in kept}
    shared_by = Counter(given.values())
    told = {key: dated[key] if shared_by[name] > 1 else name for key, name in given.items()}
    seen: Counter[str] = Counter()
    for key, name in told.items():
        seen[name] += 1
        told[key] = f"{name} ({seen[name]})" if seen[name] > 1 else name
    return told


def save_new(name_key: str, note_key: str) -> None:
    """Keep what is on screen as a new scenario."""

    def act() -> None:
        _hold(scenarios.create(workspace.engine(), workspace.actor(), content(_typed(name_key), _typed(note_key))))
        steps.finished(name_key, note_key)

    _try(act)


def save(name_key: str, note_key: str) -> None:
    """Keep what is on screen as the next version of the scenario in hand; a conflict is kept to be chosen from."""
    held = in_hand()
    if held is None:
        save_new(name_key, note_key)
        return

    def act() -> None:
        mine = content(_typed(name_key), _typed(note_key))
        try:
            _hold(scenarios.save(workspace.engine(), workspace.actor(), held[0], held[1], mine))
            steps.finished(name_key, note_key)
        except Conflict as told:
            st.session_state[_CONFLICT] = told

    _try(act)


def keep_theirs() -> None:
    """Of two versions, go on with the other person's."""
    told = st.session_state.pop(_CONFLICT, None)
    if told is not None:
        _open(told.theirs)


def keep_mine() -> None:
    """Of two versions, save one's own over the other, which stays in the history."""
    told: Conflict | None = st.session_state.pop(_CONFLICT, None)
    if told is None or told.mine is None:
        return
    mine = told.mine

    def act() -> None:
        try:
            _hold(scenarios.save(workspace.engine(), workspace.actor(), told.theirs.scenario_id, told.theirs.version, mine))
        except Conflict as again:
            st.session_state[_CONFLICT] = again

    _try(act)


def keep_both() -> None:
    """Of two versions, keep one's own as a scenario of its own."""
    told: Conflict | None = st.session_state.pop(_CONFLICT, None)
    if told is not None and told.mine is not None:
        mine = told.mine
        copy = Content(mine.country, mine.level, _copied(mine.name), mine.note, mine.values)
        _try(lambda: _hold(scenarios.create(workspace.engine(), workspace.actor(), copy)))


def open_version(found: Revision) -> None:
    """Put a version on screen. Saving it then goes on from the latest version, which the person sees beside it."""
    _try(lambda: _open(found))


def restore(kept: Kept, version: int) -> None:
    """Make an old version the newest, and put it on screen."""

    def act() -> None:
        _open(scenarios.restore(workspace.engine(), workspace.actor(), kept.id, kept.latest.version, version))

    _try(act)


def fork(found: Revision) -> None:
    """A scenario of its own from a version, put on screen."""
    name = _copied(found.content.name)
    _try(lambda: _open(scenarios.fork(workspace.engine(), workspace.actor(), found.scenario_id, found.version, name)))


def delete(kept: Kept) -> None:
    """Put a scenario away; what is on screen stays."""

    def act() -> None:
        scenarios.delete(workspace.engine(), workspace.actor(), kept.id, kept.latest.version)
        st.session_state[_DELETED] = (kept.id, kept.latest.content.name)
        held = in_hand()
        if held is not None and held[0] == kept.id:
            st.session_state.pop(shared.OPENED)

    _try(act)


def bring_back(scenario_id: str) -> None:
    """Undo a deletion."""

    def act() -> None:
        scenarios.bring_back(workspace.engine(), workspace.actor(), scenario_id)
        if (just_deleted() or ("", ""))[0] == scenario_id:
            st.session_state.pop(_DELETED)

    _try(act)


def to_compare(key: str, available: list[str]) -> str:
    """The key of the list of scenarios to compare, filled up to two whenever there are others to choose from."""
    known = f"{key}.available"
    if st.session_state.get(known) != available or key not in st.session_state:
        chosen = [one for one in st.session_state.get(key, ()) if one in available]
        st.session_state[key] = (chosen + [one for one in available if one not in chosen])[: max(2, len(chosen))]
        st.session_state[known] = available
    return key


def import_file(data: bytes, file_name: str) -> None:
    """Keep the scenario of a file and put it on screen; what could not be used is said."""

    def act() -> None:
        reading = scenario_file.read(data)
        if reading.country and reading.country not in session.countries().index:
            workspace.tell(t("scenarios.import.no_country", country=reading.country))
            return
        kept = reading.content(session.country(), session.level(), file_name.rsplit(".", 1)[0][: scenarios.NAME_LENGTH] or "?")
        made = scenarios.create(workspace.engine(), workspace.actor(), kept, "imported")
        workspace.tell_left_out(reading.left_out)
        _open(made)

    _try(act)


def _open(found: Revision) -> None:
    if not found.intact:
        raise scenarios.Damaged(found.content.name, found.version)
    scenario, left_out = scenario_file.patient(found.content.values)
    workspace.tell_left_out(left_out)
    steps.go_to(found.content.country, found.content.level, scenario)
    _hold(found)


def _hold(found: Revision) -> None:
    st.session_state[shared.OPENED] = (found.scenario_id, found.version)


def _copied(name: str) -> str:
    return t("scenarios.copy_of", name=name)[: scenarios.NAME_LENGTH]


def _typed(key: str) -> str:
    return str(st.session_state.get(key) or "")


def _try(act: Any) -> None:
    try:
        act()
    except DataError as error:
        workspace.tell(workspace.said(error))
