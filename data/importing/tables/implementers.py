"""Who acts in a row of a 3W: the one who implements, else the one who leads or reports; whose acronym and type a column has."""

from __future__ import annotations

from functools import cache
from typing import Final

import pandas as pd

from data.catalogue_tables import records
from data.importing.cells import is_missing
from data.importing.placing import Job
from data.readers.places import place_key

_FORMS: Final = frozenset({"name", "nom", "nombre", "nome", "acronym", "acronyme", "acronimo", "sigle", "sigles", "sigla", "siglas", "code", "type", "tipo",
                           "full", "short", "of", "the", "de", "du", "d", "del", "la", "l", "s"})
_ALIKE: Final = 3
"""Letters by which "Org", "Organisation" and "Organization" are one word."""


def with_implementers(frame: pd.DataFrame, job: Job) -> pd.DataFrame:
    """The rows with `organisation` being who implements: where a row names nobody, or says that there is no partner, who leads or reports
    stands for them, and is told. An acronym or a type that is that of the other organisation of the row is left out.
    """
    frame = frame.copy()
    unnamed = frame["organisation"].map(_is_nobody)
    frame["organisation"] = frame["organisation"].mask(unnamed, "")
    others = {name for name in ("acronym", "organisation_type") if _owner(name, job) == "reporter"}
    both = ~unnamed & (frame["organisation"].map(place_key) != frame["reporter"].map(place_key))
    for name in others:
        frame[name] = frame[name].mask(both, "")
    # some registers leave the name out where the acronym says it
    lead = frame["reporter"].map(_is_nobody)
    if "acronym" in others:
        frame["reporter"], lead = frame["reporter"].mask(lead, frame["acronym"]), lead & frame["acronym"].map(is_missing)
    else:
        frame["organisation"] = frame["organisation"].mask(unnamed, frame["acronym"])
        unnamed &= frame["organisation"].map(is_missing)
    stands = unnamed & ~lead
    if stands.any():
        column = job.heading("reporter") if "reporter" in job.mapping.values() else job.heading("acronym")
        job.issues.add(None, column, int(stands.sum()), "info", "reporter_stands")
        frame["organisation"] = frame["organisation"].mask(stands, frame["reporter"])
    return frame


def _owner(field: str, job: Job) -> str:
    """The field of the organisation that a column of acronyms or types is about: the one its heading shares words with, else the one before it."""
    columns = [str(column) for column in job.sheet.frame.columns]
    places = {to: columns.index(column) for column, to in job.mapping.items() if to in ("organisation", "reporter", field) and column in columns}
    if not {"organisation", "reporter", field} <= set(places):
        return "organisation"
    words = {to: {word[:_ALIKE] for word in place_key(columns[place]).split() if word not in _FORMS} for to, place in places.items()}

    def nearness(to: str) -> tuple[int, int]:
        behind = places[field] - places[to]
        return len(words[to] & words[field]), -behind if behind > 0 else -len(columns)

    return max(("organisation", "reporter"), key=nearness)


def _is_nobody(text: str) -> bool:
    return is_missing(text) or place_key(text) in _own_words()


@cache
def _own_words() -> frozenset[str]:
    return frozenset(row["word"] for row in records("own_implementation"))
