"""The words on screen: one catalogue a page or module under `locale/<language>/`, keys like `returns.title`.

French comes first; a further language is one more folder. `python -m ui.language check` compares the catalogues with
the code and with each other.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import streamlit as st
from babel import Locale
from babel.messages.pofile import read_po
from streamlit.runtime.scriptrunner import get_script_run_ctx

LOCALE_DIR: Final = Path(__file__).resolve().parent.parent / "locale"
DEFAULT: Final = "fr"
SESSION_KEY: Final = "language"

_INSIDE: Final = re.compile(r"(?<=\S) (?=»|[;:!?](?:[\s*_)\]\"»]|$))|(?<=«) ")

_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


class MissingText(KeyError):
    """A key that no catalogue of the language has; raised when ANCRAGE_STRICT_TEXTS is set, as the tests do."""


@dataclass(frozen=True)
class Catalogue:
    """The texts of one language; a plural text is a tuple in the order of the language's plural forms."""

    language: str
    locale: Locale
    texts: Mapping[str, str | tuple[str, ...]]

    def plural(self, key: str, n: float) -> str | None:
        forms = self.texts.get(key)
        if forms is None or isinstance(forms, str):
            return forms
        tag = self.locale.plural_form(abs(n))
        # gettext numbers the forms; the languages we have use the first for "one" and the last for the rest
        return forms[0] if tag == "one" else forms[-1]


def languages() -> tuple[str, ...]:
    """The languages that have a folder, French first."""
    found = sorted(folder.name for folder in LOCALE_DIR.iterdir() if folder.is_dir())
    return tuple(sorted(found, key=lambda code: code != DEFAULT))


@cache
def catalogue(language: str) -> Catalogue:
    """Every text of a language, read once in the life of the process (the files are part of the code)."""
    texts: dict[str, str | tuple[str, ...]] = {}
    for path in sorted((LOCALE_DIR / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if not message.id:
                    continue
                key = message.id if isinstance(message.id, str) else message.id[0]
                if key in texts:
                    raise ValueError(f"{path.name}: {key} is already in another catalogue of {language}")
                texts[key] = _unbroken(message.string) if isinstance(message.string, str) else tuple(map(_unbroken, message.string))
    return Catalogue(language, Locale.parse(language), texts)


def _unbroken(text: str) -> str:
    """No line begins with a mark: a space before one, and inside guillemets, does not break, however the catalogue was typed."""
    return _INSIDE.sub("\u202f", text)


def language() -> str:
    """The language being spoken: the one set with `speaking`, else this session's, else French."""
    chosen = _spoken.get()
    if chosen is not None:
        return chosen
    if get_script_run_ctx(suppress_warning=True) is None:
        return DEFAULT
    return str(st.session_state.get(SESSION_KEY, DEFAULT))


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak another language for a while, for exports and tests."""
    token = _spoken.set(code)
    try:
        yield
    finally:
        _spoken.reset(token)


def t(key: str, **values: Any) -> str:
    """The text of a key in the language being spoken, with its placeholders filled."""
    code = language()
    text = catalogue(code).texts.get(key)
    if not isinstance(text, str) or not text:
        text = _replacement(key, code)
    return text.format(**values) if values else text


def tn(key: str, n: float, **values: Any) -> str:
    """The text of a key for a count; `{n}` stands for the count as the caller formats it, else for the number."""
    code = language()
    text = catalogue(code).plural(key, n) or _replacement(key, code)
    return text.format(**{"n": n, **values})


def has(key: str) -> bool:
    """Whether the language being spoken has a text for a key."""
    return key in catalogue(language()).texts


def column(stem: str = "name") -> str:
    """The column that holds a text in the language being spoken: `name` gives `name_fr`."""
    return f"{stem}_{language()}"


def _replacement(key: str, code: str) -> str:
    if os.environ.get("ANCRAGE_STRICT_TEXTS"):
        raise MissingText(f"{key} has no text in {code}")
    logging.getLogger(__name__).warning("no text for %s in %s", key, code)
    for other in languages():
        text = catalogue(other).texts.get(key)
        if text:
            return text if isinstance(text, str) else text[-1]
    return ""


if __name__ == "__main__":
    import sys

    from ui.language_check import main

    sys.exit(main(sys.argv[1:]))
