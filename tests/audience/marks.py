"""A mark that figures carry which only officers may see, and where it turns up: as a number, as text in full or rounded, packed in an array."""

from __future__ import annotations

import base64
import re
import struct
from typing import Final

MARK: Final = 987_654_000.7734375
"""Added to what is left of a figure below 1,000: larger than any figure of persons or money here, and a sum of powers of two, hence exact."""
MARKS: Final = {"beneficiaries": MARK + 1000, "indicators": MARK + 2000}
"""The same for the withheld figures that are below k: which of them turns up is told by the thousands."""
_SPACE: Final = "[ \u00a0\u202f.,']?"
_WRITTEN: Final = re.compile(
    # in full, with or without its odd part; as 988 millions, 987,7 M, 0,99 milliard; about 990 000 000
    rf"(?<![0-9.,])(?:987{_SPACE}65[4-6]{_SPACE}[0-9]{{3}}|98[78](?:[.,][0-9]{{1,3}})?[ \u00a0\u202f]?(?:M\\b|mill)|9[89][0-9]?{_SPACE}[0-9]00{_SPACE}000"
    rf"|0[.,]9[89][0-9]*[ \u00a0\u202f]?(?:Md\\b|bn\\b|milliard|billion))")
_PACKED: Final = re.compile(rb"(?s)\x00\x00...." + struct.pack("<d", MARK)[6:])
_ARRAYS: Final = re.compile(rb'"bdata":\s*"([A-Za-z0-9+/=\\u]+)"')


def sightings(sent: bytes) -> set[bytes]:
    """Every place where a marked figure stands, with some of what is around it."""
    text = sent.decode("utf-8", errors="replace")
    found = {text[max(0, one.start() - 60): one.end() + 20].encode() for one in _WRITTEN.finditer(text)}
    packed = (one for one in _PACKED.finditer(sent) if 0 <= struct.unpack("<d", one.group())[0] - MARK < 3000)
    return found | {sent[max(0, one.start() - 60): one.end() + 20] for one in packed}


def marked(sent: bytes) -> set[str]:
    """Which of the marked figures of MARKS stand there."""
    values = {struct.unpack("<d", one.group())[0] for one in _PACKED.finditer(sent)}
    return {kind for kind, mark in MARKS.items() if any(0 <= value - mark < 20 for value in values)}


def unpacked(sent: bytes) -> bytes:
    """What was sent, with every array of numbers in it as it is in memory."""
    arrays = [base64.b64decode(one.replace(rb"\u002f", b"/").replace(rb"\u003d", b"=") + b"==", validate=False) for one in _ARRAYS.findall(sent)]
    return b"\n".join([sent, *arrays])
