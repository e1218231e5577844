"""P-codes as another publisher spells them: TCD01 for TD01, a zero more or less, a statistics office's own without the country's letters."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from babel.core import get_global

_LETTERS: Final = re.compile(r"^[A-Z]+")


def other_spelling(codes: Collection[str], known: set[str], iso3: str) -> dict[str, str]:
    """Codes that are not `known` -> P-codes of the store, by the one rule that joins most of them without confusing two."""
    odd = sorted({code.upper() for code in codes} - known - {iso3})
    prefixes = {found.group() for pcode in known if (found := _LETTERS.match(pcode))}
    if not odd or not known or len(prefixes) != 1:
        return {}
    prefix = prefixes.pop()
    mine = {iso3, *get_global("territory_aliases").get(iso3, []), prefix}
    bare = {code: code[len(start.group()) :] for code in odd if (start := _LETTERS.match(code)) and start.group() in mine}
    # a statistics office writes its codes without the letters of the country
    bare |= {code: code for code in odd if code.isdigit()}
    best: dict[str, str] = {}
    rules: list[tuple[str, int]] = [("same", 0), *(("drop", k) for k in range(6)), *(("add", k) for k in range(6))]
    for rule, place in rules:
        hits: dict[str, str] = {}
        for code, digits in bare.items():
            if rule == "drop":
                digits = digits[:place] + digits[place + 1 :] if digits[place : place + 1] == "0" else ""
            elif rule == "add":
                digits = digits[:place] + "0" + digits[place:]
            if digits and prefix + digits in known:
                hits[code] = prefix + digits
        fair = len(set(hits.values())) == len(hits) and not set(hits.values()) & {code.upper() for code in codes}
        if fair and len(hits) > len(best):
            best = hits
    # one code that happens to fit is no dialect: the rule must hold for most of what is odd
    return best if len(best) >= max(2, 0.6 * len(odd)) or (len(best) == len(odd) == 1) else {}
