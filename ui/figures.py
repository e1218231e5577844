"""Headline figures: a label, the figure as a person says it, and under it the mark and word of its quality and its period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
import streamlit as st

from analytics.inputs import ASSUMED, ESTIMATED, INHERITED, OBSERVED
from ui.format import NO_BREAK, listed, no_data
from ui.language import t
from ui.naming import publisher_name

MARKS: Final = {OBSERVED: "●", INHERITED: "◐", ESTIMATED: "◔", ASSUMED: "○"}
"""Full dot observed, half inherited, quarter estimated, ring assumed: a mark that grey print keeps."""


@dataclass(frozen=True)
class Figure:
    """One headline figure. `value` is already formatted; `exact` (all digits) and `source` (who published it) go into the tooltip with
    `help`."""

    label: str
    value: str
    period: str | None = None
    quality: str | None = None
    help: str | None = None
    exact: str | None = None
    source: str | None = None

    @property
    def known_as(self) -> str | None:
        """Its quality; None where there is no figure that could have one."""
        return None if self.value == no_data() else self.quality


def quality_word(quality: str) -> str:
    """The word for a quality: observé, hérité, estimé, supposé."""
    return t(f"quality.{quality}")


def quality_mark(quality: str | None) -> str:
    """Mark and word together, for captions, tables and tooltips; empty for a figure without quality."""
    return "" if quality is None else f"{MARKS[quality]}{NO_BREAK}{quality_word(quality)}"


def published_by(source_ids: Iterable[str], sources: pd.DataFrame) -> str:
    """Who published these sources, each once, as a list in a sentence."""
    named = sources[sources["source_id"].isin(set(source_ids))]
    return listed(list(dict.fromkeys(publisher_name(str(publisher)) for publisher in named["publisher"])))


def show_figures(figures: Sequence[Figure]) -> None:
    """The row of headline figures; on a narrow screen they stand below each other."""
    with st.grid(len(figures), min_column_width=175):
        for figure in figures:
            with st.container(border=True, height="stretch", gap="xxsmall"):
                # the label of st.metric is cut with an ellipsis; a line of text wraps
                st.markdown(figure.label, help=_tooltip(figure))
                st.metric(figure.label, figure.value, label_visibility="collapsed")
                st.caption(" · ".join(part for part in (quality_mark(figure.known_as), figure.period) if part) or t("quality.none"))


def quality_legend() -> str:
    """One line that explains the marks, for footers."""
    return " · ".join(f"{mark}{NO_BREAK}{quality_word(quality)}" for quality, mark in MARKS.items())


def _tooltip(figure: Figure) -> str | None:
    parts = [
        figure.help,
        t("quality.exact", value=figure.exact) if figure.exact and figure.exact != figure.value else None,
        t(f"quality.{figure.known_as}.meaning") if figure.known_as else None,
        t("quality.source", source=figure.source) if figure.source else None,
    ]
    return "\n\n".join(part for part in parts if part) or None
