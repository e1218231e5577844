"""A whole scenario in a link: compressed, with a check sum so that a link cut short is noticed, and capped both ways."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Final

from analytics.scenario import differences, scenario_from
from data.errors import DataError
from data.workspace.scenario_file import Reading, patient
from data.workspace.scenarios import Content

LONGEST: Final = 6_000
"""Characters; mail programs and messengers cut addresses that are much longer."""
_LARGEST_TEXT: Final = 2_000_000


class LinkUnusable(DataError):
    """A link that was cut short or changed, or a scenario too large for one."""


def packed(content: Content) -> str:
    """The scenario as the value of a link's parameter. Raises LinkUnusable when it does not fit."""
    values = differences(scenario_from(dict(content.values)))
    text = json.dumps([content.country, content.level, content.name, values], ensure_ascii=False, separators=(",", ":"))
    squeezed = zlib.compress(text.encode(), 9)
    word = base64.urlsafe_b64encode(zlib.crc32(squeezed).to_bytes(4, "big") + squeezed).decode().rstrip("=")
    if len(word) > LONGEST:
        raise LinkUnusable("Ce scénario est trop grand pour un lien ; envoyez le fichier.", "This scenario is too large for a link; send the file.")
    return word


def unpacked(word: str) -> Reading:
    """The scenario of a link. Raises LinkUnusable for one that was cut short or changed on the way."""
    try:
        if len(word) > LONGEST:
            raise ValueError
        data = base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)
        if zlib.crc32(data[4:]) != int.from_bytes(data[:4], "big"):
            raise ValueError
        # never more than the cap, however small the link
        text = zlib.decompressobj().decompress(data[4:], _LARGEST_TEXT)
        country, level, name, values = json.loads(text)
        scenario, left_out = patient(values)
        return Reading(str(country)[:3], int(level), str(name)[:120], "", scenario, left_out)
    except (ValueError, TypeError, AttributeError, binascii.Error, zlib.error) as error:
        raise LinkUnusable(
            "Ce lien a été coupé ou modifié en route ; demandez-le de nouveau, ou demandez le fichier du scénario.",
            "This link was cut short or changed on the way; ask for it again, or for the scenario's file.",
        ) from error
