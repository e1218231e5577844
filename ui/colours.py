"""Which colour, symbol and class a figure has: one answer for maps, charts, tables and exports.

Magnitudes use batlow and differences vik (Crameri), which stay readable for colour-blind people and in grey; stances use
Okabe-Ito colours. What has no class never has a colour of the scale, and why it has none is kept apart: `NO_DATA` nobody knows,
`PROTECTED` known and not shown here, `NONE` known to be none (no return expected, no partner).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Final, Literal

import numpy as np
import pandas as pd

from ui.class_limits import ALIKE, equal_limits, known_figures, natural_limits, quantile_limits, round_up_to_125

NO_DATA: Final = -1
PROTECTED: Final = -2
NONE: Final = -3
ABSENCES: Final = {NO_DATA: "lines", PROTECTED: "grid", NONE: "dots"}
"""The pattern an area without a class has, by the reason; the order is that of a legend read from its end."""
METHODS: Final = ("quantile", "natural", "fixed")
"""How limits between classes are found; the first is the usual one."""
STANCE_COLOURS: Final = {
    "support": "#D55E00", "mixed": "#E69F00", "inclusion": "#0072B2", "watch": "#8C8C8C", "undetermined": "#E4DFD6",
}
STANCE_SYMBOLS: Final = {"support": "▲", "mixed": "◆", "inclusion": "●", "watch": "■", "undetermined": "○"}
"""A shape for each stance, so that a map printed in grey still says which is which."""

# The ends of batlow are close to the page's ink and to its paper: areas drawn with them look like borders or like holes.
BATLOW_ENDS: Final = (0.96, 0.08)
VIK_ENDS: Final = (0.08, 0.92)

Format = Callable[[float], str]
LEAST: Final = 1e-300
"""A change below this is none: it has no classes a computer could tell apart."""


@dataclass(frozen=True)
class ScaleClass:
    """One entry of a legend; `key` is the class's name in the data where classes are named rather than measured."""

    label: str
    colour: str
    symbol: str | None = None
    key: str | None = None


@dataclass(frozen=True)
class Scale:
    """Classes from low to high. `breaks` are the limits between them (one fewer than classes), None for named classes; `limits` says
    those of each class where its label is a word."""

    classes: tuple[ScaleClass, ...]
    breaks: tuple[float, ...] | None
    title: str
    unit: str
    limits: tuple[str, ...] | None = None


@dataclass(frozen=True)
class TwoWayScale:
    """Two figures in one colour: class number is `3 * y class + x class`."""

    classes: tuple[ScaleClass, ...]
    x: Scale
    y: Scale
    title: str
    unit: str = ""


@cache
def _palette(name: str) -> tuple[tuple[float, float, float], ...]:
    """The 256 colours of a Crameri map, from the wheel's table: its Python module would import matplotlib (60 MB)."""
    table = Path(str(distribution("cmcrameri").locate_file(f"cmcrameri/cmaps/{name}.txt"))).read_text(encoding="ascii")
    rows = ([float(part) for part in line.split()] for line in table.splitlines() if line.strip())
    return tuple((red, green, blue) for red, green, blue in rows)


def palette_colours(name: Literal["batlow", "vik"], count: int, *, ends: tuple[float, float] | None = None) -> tuple[str, ...]:
    """`count` colours of a map as hex, evenly spaced between two positions (0-1); batlow runs from light (low) to dark (high)."""
    first, last = ends or (BATLOW_ENDS if name == "batlow" else VIK_ENDS)
    table = _palette(name)
    positions = [(first + last) / 2] if count == 1 else np.linspace(first, last, count)
    return tuple(_hex(*(255 * part for part in table[round(float(p) * (len(table) - 1))])) for p in positions)


def stance_scale(title: str, labels: Mapping[str, str]) -> Scale:
    """The stances in their fixed order, colours and symbols; only those `labels` names (stance -> words of the language)."""
    unknown = set(labels) - set(STANCE_COLOURS)
    if unknown:
        raise ValueError(f"stances without a colour: {', '.join(sorted(unknown))}; known are {', '.join(STANCE_COLOURS)}")
    classes = tuple(
        ScaleClass(labels[stance], colour, STANCE_SYMBOLS[stance], stance) for stance, colour in STANCE_COLOURS.items() if stance in labels
    )
    return Scale(classes, None, title, "")


def magnitude_scale(
    values: Sequence[float] | pd.Series,
    *,
    title: str,
    unit: str,
    method: Literal["quantile", "natural", "fixed"] = "quantile",
    classes: int = 5,
    breaks: Sequence[float] | None = None,
    format: Format | None = None,
    whole: bool = False,
) -> Scale:
    """Classes of a quantity that starts at little and ends at much (batlow).

    `quantile` puts about as many areas in each class, `natural` areas with close figures (Fisher-Jenks), both with limits
    rounded to two digits where that keeps the classes; `fixed` uses `breaks`, or round steps of equal width without them. Maps
    that are compared share a scale: hand in the figures of all of them. `whole` names the classes of a count by the counts they hold
    (0, 1 – 4, ≥ 5).
    """
    say = format or _plain
    known = known_figures(values)
    if method == "fixed":
        limits = tuple(sorted({float(limit) for limit in breaks})) if breaks else equal_limits(known, classes)
    else:
        limits = (quantile_limits if method == "quantile" else natural_limits)(known, classes)
    if not limits:
        label = say(float(known[0])) if known.size else "0"
        return Scale((ScaleClass(label, palette_colours("batlow", 1)[0]),), (), title, unit)
    colours = palette_colours("batlow", len(limits) + 1)
    return Scale(tuple(map(ScaleClass, (_count_labels if whole else _range_labels)(limits, say), colours)), limits, title, unit)


def difference_scale(
    values: Sequence[float] | pd.Series,
    *,
    title: str,
    unit: str,
    classes: int = 5,
    limit: float | None = None,
    format: Format | None = None,
) -> Scale:
    """Classes of a change, as wide below 0 as above it, with a middle class around "no change" (vik, centred on 0).

    `limit` is the size of change the outermost classes should reach; by default the largest in `values`.
    """
    if classes % 2 == 0 or classes < 3:
        raise ValueError("a difference scale needs an odd number of classes, so that one of them holds 0")
    say = format or _plain
    known = known_figures(values)
    reach = abs(limit) if limit else (float(np.max(np.abs(known))) if known.size else 0.0)
    half = round_up_to_125(reach / classes) if reach > LEAST else 0.5
    outwards = [half * (2 * step + 1) for step in range(classes // 2)]
    limits = tuple(-edge for edge in reversed(outwards)) + tuple(outwards)
    colours = palette_colours("vik", classes)
    return Scale(tuple(map(ScaleClass, _range_labels(limits, say), colours)), limits, title, unit)


def two_way_scale(
    x_label: str,
    y_label: str,
    *,
    x_breaks: tuple[float, float],
    y_breaks: tuple[float, float],
    x_classes: tuple[str, str, str],
    y_classes: tuple[str, str, str],
    title: str = "",
    x_unit: str = "",
    y_unit: str = "",
    x_format: Format | None = None,
    y_format: Format | None = None,
) -> TwoWayScale:
    """Need (x) against coverage (y) in 3 x 3 colours; the corner "much need, little coverage" carries a triangle too.

    With a format for its figures the key says the limits of an axis's classes beside their words.
    """
    x_colours = [mixed("#F3F1EC", "#DE7A3A", step / 2) for step in range(3)]
    y_colours = [mixed("#F3F1EC", "#4593C4", step / 2) for step in range(3)]
    classes = tuple(
        ScaleClass(f"{x_label} {x_classes[x]} · {y_label} {y_classes[y]}", _multiply(x_colours[x], y_colours[y]),
                   "▲" if (x, y) == (2, 0) else None, f"{x}-{y}")
        for y in range(3) for x in range(3)
    )
    axes = [
        Scale(tuple(map(ScaleClass, names, colours)), breaks, label, unit, tuple(_range_labels(breaks, say)) if say else None)
        for names, colours, breaks, label, unit, say in (
            (x_classes, x_colours, x_breaks, x_label, x_unit, x_format), (y_classes, y_colours, y_breaks, y_label, y_unit, y_format))
    ]
    return TwoWayScale(classes, axes[0], axes[1], title or f"{x_label} · {y_label}")


def classify(values: pd.Series, scale: Scale) -> pd.Series:
    """The class number of each figure, `NO_DATA` where it is missing. A figure equal to a limit belongs to the class above it.

    Named classes are matched by key; a name the scale does not have raises ValueError rather than vanish from the map.
    """
    if scale.breaks is None:
        numbers = {part.key: number for number, part in enumerate(scale.classes)}
        unknown = set(values.dropna()) - set(numbers)
        if unknown:
            raise ValueError(f"{scale.title or 'scale'} has no class {', '.join(sorted(map(str, unknown)))}")
        return values.map(numbers).fillna(NO_DATA).astype("int64")
    figures = pd.to_numeric(values, errors="raise").astype("float64")
    # 1,234.0000001 against a limit of 1,234 is the rounding of a sum, not a higher class
    limits = [limit - abs(limit) * ALIKE for limit in scale.breaks]
    numbers_of = [NO_DATA if math.isnan(figure) else bisect_right(limits, figure) for figure in figures]
    return pd.Series(numbers_of, index=values.index, dtype="int64")


def classify_two_way(x: pd.Series, y: pd.Series, scale: TwoWayScale) -> pd.Series:
    """The class number for two figures of the same areas; `NO_DATA` where either is missing."""
    across, up = classify(x, scale.x), classify(y.reindex(x.index), scale.y)
    return (3 * up + across).where((across != NO_DATA) & (up != NO_DATA), NO_DATA)


def with_absences(numbers: pd.Series, *, protected: pd.Series | None = None, none: pd.Series | None = None) -> pd.Series:
    """Class numbers with the reason where there is no class: `none` and `protected` are true for those areas; protected counts most."""
    kept = numbers.copy()
    for mask, reason in ((none, NONE), (protected, PROTECTED)):
        if mask is not None:
            kept = kept.mask(mask.reindex(kept.index).fillna(False).astype(bool), reason)
    return kept


def class_counts(numbers: pd.Series, scale: Scale | TwoWayScale) -> tuple[tuple[int, ...], int]:
    """How many areas fall in each class, and how many have no data."""
    counts = numbers.value_counts()
    return tuple(int(counts.get(number, 0)) for number in range(len(scale.classes))), int(counts.get(NO_DATA, 0))


def ink_on(colour: str) -> str:
    """Black or white, whichever is easier to read on a colour (WCAG relative luminance)."""
    red, green, blue = (part / 255 for part in _rgb(colour))
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)]
    return "#1A1A1A" if 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] > 0.18 else "#FFFFFF"


def _range_labels(limits: Sequence[float], say: Format) -> list[str]:
    between = [f"{say(low)} – {say(high)}" for low, high in zip(limits, limits[1:], strict=False)]
    return [f"< {say(limits[0])}", *between, f"≥ {say(limits[-1])}"]


def _count_labels(limits: Sequence[float], say: Format) -> list[str]:
    between = [say(low) if high - low == 1 else f"{say(low)} – {say(high - 1)}" for low, high in zip(limits, limits[1:], strict=False)]
    return [say(0) if limits[0] == 1 else f"< {say(limits[0])}", *between, f"≥ {say(limits[-1])}"]


def _plain(value: float) -> str:
    return f"{value:g}"


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(red: float, green: float, blue: float) -> str:
    return f"#{round(red):02X}{round(green):02X}{round(blue):02X}"


def mixed(first: str, second: str, share: float) -> str:
    """The colour this share (0 to 1) of the way from the first to the second."""
    return _hex(*(a + (b - a) * share for a, b in zip(_rgb(first), _rgb(second), strict=True)))


def _multiply(first: str, second: str) -> str:
    return _hex(*(a * b / 255 for a, b in zip(_rgb(first), _rgb(second), strict=True)))
