"""Errors a person can act on: what is wrong, where, and how to mend it, in French and in English."""

from __future__ import annotations


class DataError(Exception):
    """Carries the same sentence in both languages; pages choose, the command line prints both."""

    def __init__(self, message_fr: str, message_en: str):
        self.message_fr = message_fr
        self.message_en = message_en
        super().__init__(message_en)


class Unavailable(DataError):
    """What is needed does not answer now; the same may work later."""


class StoreUnavailable(Unavailable):
    """No generation of the store can be opened."""


class StoreBusy(Unavailable):
    """Another import is building a generation."""


class UnknownCountry(DataError):
    """A country that is not in the store; the sentence lists those that are."""


class UnknownLevel(DataError):
    """A planning level the country does not have; the sentence lists those it has."""


class WorkspaceUnavailable(Unavailable):
    """The workspace cannot be opened or written."""
