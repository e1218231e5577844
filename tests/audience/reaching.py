"""What in the pages reaches a write, read from the code: functions, page by page, and the widgets people press or type into."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

from tests.audience.exports import pattern
from tests.audience.writes import WRITES

HOUSE: Final = Path(__file__).resolve().parents[2]
_ROOMS: Final = {"data.workspace", "data.importing.process", "data.importing.undoing"}


def reached_in_code() -> dict[str, set[str]]:
    """Public functions of pages/ and ui/ that reach a write by themselves or through a private one, as "module.function"; a page that writes
    in its own body is "pages.<name>".
    """
    found: dict[str, set[str]] = {}
    for path in [*sorted((HOUSE / "ui").rglob("*.py")), *sorted((HOUSE / "pages").glob("*.py")), HOUSE / "app.py"]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        known = _writes_by_name(tree)
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        own = {name: _named(node, known) for name, node in functions.items()}
        calls = {name: {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and one.id in functions} for name, node in functions.items()}
        size = -1
        while size != (size := sum(map(len, own.values()))):
            for name, others in calls.items():
                own[name] |= {write for other in others if other.startswith("_") for write in own[other]}
        found |= {f"{path.stem}.{name}": writes for name, writes in own.items() if writes and not name.startswith("_")}
        top = {write for node in tree.body if not isinstance(node, ast.FunctionDef) for write in _named(node, known)}
        if top:
            found[f"{path.parent.name}.{path.stem}"] = top
    return found


def widgets_in_code(callbacks: set[str]) -> dict[str, set[str]]:
    """Keys of the widgets that set a callback off, by callback, `*` for what changes in a key."""
    found: dict[str, set[str]] = {}
    for path in [*(HOUSE / "ui").rglob("*.py"), *(HOUSE / "pages").glob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        alias = {one.asname or one.name: one.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for one in node.names}
        for call in [node for node in ast.walk(tree) if isinstance(node, ast.Call)]:
            words = {word.arg: word.value for word in call.keywords}
            for does in (words.get("on_click"), words.get("on_change")):
                name = ""
                if isinstance(does, ast.Attribute) and isinstance(does.value, ast.Name):
                    name = f"{alias.get(does.value.id, '')}.{does.attr}"
                elif isinstance(does, ast.Name):
                    name = f"{path.stem}.{does.id}"
                if name in callbacks:
                    found.setdefault(name, set()).add(_key(tree, call, words["key"]))
    return found


def _key(tree: ast.Module, call: ast.Call, said: ast.expr) -> str:
    """The key as it is written, or as the name it has was given in the function around."""
    if isinstance(said, ast.Name):
        around = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and call in ast.walk(node))
        said = next(node.value for node in ast.walk(around) if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == said.id)
    return pattern(said)


def _writes_by_name(tree: ast.Module) -> dict[str, str]:
    """What a module calls a write, directly or by the module it stands in -> the write."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for one in node.names:
                name, room = one.asname or one.name, (node.module or "").rsplit(".", 1)[-1]
                if f"{room}.{one.name}" in WRITES and node.module in _ROOMS:
                    found[name] = f"{room}.{one.name}"
                if node.module == "data.workspace":
                    found |= {f"{name}.{write.split('.')[1]}": write for write in WRITES if write.split(".")[0] == one.name}
    return found


def _named(node: ast.AST, known: dict[str, str]) -> set[str]:
    return {known[said] for one in ast.walk(node) if isinstance(one, (ast.Name, ast.Attribute)) and (said := ast.unparse(one)) in known}
