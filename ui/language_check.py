"""Are the catalogues complete? Keys in the code, keys in each language, placeholders, texts nobody translated."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from babel.messages.pofile import read_po

from ui.language import DEFAULT, LOCALE_DIR, catalogue, languages

HOUSE = LOCALE_DIR.parent
ROOMS = ("app.py", "server.py", "pages", "ui")
SAME_IN_BOTH = LOCALE_DIR / "same_in_every_language.txt"
"""Keys whose text is rightly the same in every language (a name, an abbreviation), one a line."""


def main(arguments: list[str]) -> int:
    """Prints what is wrong, one line each. Returns 0 when nothing is, 1 otherwise, 2 on bad usage."""
    if arguments != ["check"]:
        print("usage: python -m ui.language check", file=sys.stderr)
        return 2
    found = list(problems())
    for line in found:
        print(line)
    print(f"{len(found)} problems in {len(languages())} languages" if found else f"texts complete: {', '.join(languages())}")
    return 1 if found else 0


def problems() -> Iterator[str]:
    """Every sentence about a catalogue that needs mending."""
    literal, patterns, mentioned = keys_in_code()
    texts = {code: catalogue(code).texts for code in languages()}
    everything = set().union(*texts.values())
    for key in sorted(everything | literal):
        for code in languages():
            if key not in texts[code]:
                yield f"{code}: no text for {key}"
    for key in sorted(everything):
        if key not in literal and key not in mentioned and not any(p.fullmatch(key) for p in patterns):
            yield f"{key}: no code uses it"
    for pattern in patterns:
        if not any(pattern.fullmatch(key) for key in everything):
            yield f"no key fits {pattern.pattern}, which the code asks for"
    same = set(SAME_IN_BOTH.read_text(encoding="utf-8").split())
    for key in sorted(everything):
        for code in languages():
            ours, first = texts[code].get(key), texts[DEFAULT].get(key)
            if ours is None or first is None:
                continue
            if placeholders(ours) != placeholders(first):
                yield f"{code}: {key} has the placeholders {sorted(placeholders(ours))}, {DEFAULT} has {sorted(placeholders(first))}"
            if code != DEFAULT and ours == first and key not in same:
                yield f"{code}: {key} is not translated (or belongs in {SAME_IN_BOTH.name})"
    yield from _unfinished()


def keys_in_code() -> tuple[set[str], list[re.Pattern[str]], set[str]]:
    """Keys given to t and tn, patterns of keys built in f-strings, and every other string the code mentions."""
    literal: set[str] = set()
    patterns: dict[str, re.Pattern[str]] = {}
    mentioned: set[str] = set()
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                mentioned.add(node.value)
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called not in ("t", "tn", "has"):
                continue
            for key in _alternatives(node.args[0]):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    literal.add(key.value)
                elif isinstance(key, ast.JoinedStr):
                    text = "".join(re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in key.values)  # type: ignore[arg-type]
                    patterns[text] = re.compile(text)
    return literal, list(patterns.values()), mentioned


def placeholders(text: str | tuple[str, ...]) -> set[str]:
    """Names in braces; of a plural text those of any form, the count itself left out."""
    forms = (text,) if isinstance(text, str) else text
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name} - {"n"}


def _alternatives(node: ast.expr) -> list[ast.expr]:
    return _alternatives(node.body) + _alternatives(node.orelse) if isinstance(node, ast.IfExp) else [node]


def _sources() -> Iterator[Path]:
    for room in ROOMS:
        path = HOUSE / room
        if path.is_dir():
            yield from sorted(path.rglob("*.py"))
        elif path.exists():
            yield path


def _unfinished() -> Iterator[str]:
    for path in sorted(LOCALE_DIR.glob("*/*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=path.parent.name):
                key = message.id if isinstance(message.id, str) else message.id[0]
                if not key:
                    continue
                forms = [message.string] if isinstance(message.string, str) else list(message.string)
                if message.fuzzy:
                    yield f"{path.parent.name}/{path.name}: {key} is marked fuzzy"
                if not all(forms):
                    yield f"{path.parent.name}/{path.name}: {key} is empty"
