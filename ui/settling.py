"""What a link asks for, brought to what the store has."""

from __future__ import annotations

from ui import session, state
from ui.link import LinkProblem


def settle() -> None:
    """Brings what a link asks for to what the store has; what is not there is said and replaced by the default.

    Raises StoreUnavailable when no store opens.
    """
    session.store()
    asked = state.country()
    if asked and asked not in session.countries().index:
        state.correct("country", "")
        state.report(LinkProblem("country", asked, "link.no_country"))
    if state.level() and state.level() not in session.levels():
        wrong = str(state.level())
        state.correct("level", 0)
        state.report(LinkProblem("level", wrong, "link.no_level"))
    chosen = state.selected_areas()
    strange = [code for code in chosen if not any(code in session.areas(at_level).index for at_level in session.levels())] if chosen else []
    if strange:
        near = {code: _nearest_area(code) for code in strange}
        state.correct("areas", tuple(dict.fromkeys(place for code in chosen if (place := near.get(code, code)))))
        for code, place in near.items():
            state.report(LinkProblem("areas", code, "link.no_area_near" if place else "link.no_area", session.area_name(place)))
    _show_level_of_the_area()


def _show_level_of_the_area() -> None:
    """An area larger than those on screen, and in none of them, would be chosen and not seen: the level becomes its own."""
    chosen = state.selected_area()
    if chosen is None or any(session.focus(at_level) for at_level in (session.level(), session.map_level())):
        return
    own = next((at_level for at_level in session.levels() if chosen in session.areas(at_level).index), None)
    if own is not None:
        if state.level():
            state.report(LinkProblem("level", str(state.level()), "link.level_of_area", session.area_name(chosen)))
        state.correct("level", own)


def _nearest_area(code: str) -> str | None:
    """The area whose P-code begins like an unknown one: the area it would lie in; None where no area does."""
    known = {pcode for at_level in session.levels() for pcode in session.areas(at_level).index}
    return next((code[:length] for length in range(len(code) - 1, 0, -1) if code[:length] in known), None)
