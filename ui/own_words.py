"""Streamlit's own words where it takes no other: the button and the limit of a file field, in the page's language."""

from __future__ import annotations

import json
from functools import cache

import streamlit as st

from ui.language import language, t

_FIELD = "[data-testid=stFileUploaderDropzone]"


def put() -> None:
    """Replaces them on the page that follows."""
    st.html(_style(language()))


@cache
def _style(code: str) -> str:
    """The words stand in the style sheet, which a page reader reads with the button; a style sheet alone takes no room on the page."""
    megabytes = int(st.get_option("server.maxUploadSize"))
    words = {
        "button [data-testid=stMarkdownContainer] p": t("upload.button"),
        "[data-testid=stFileUploaderDropzoneInstructions] span": t("upload.limit", megabytes=megabytes),
    }
    rules = [
        f"{_FIELD} {where} {{font-size: 0}} {_FIELD} {where}::after {{content: {json.dumps(said, ensure_ascii=False)}; font-size: 0.875rem}}"
        for where, said in words.items()
    ]
    return f"<style>{' '.join(rules)}</style>"
