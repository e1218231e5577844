"""Undo: the generation before the one in use becomes the one in use again."""

from __future__ import annotations

from pathlib import Path

from data.errors import DataError
from data.generations import Generation, current_name, generations, switch, writer_lock
from data.store import opens
from data.workspace.actor import Actor, authorise


def previous(folder: Path) -> Generation | None:
    """The generation an undo would go back to, None when there is none."""
    in_use = current_name(folder)
    found = generations(folder)
    number = next((one.number for one in found if one.name == in_use), None)
    return next((one for one in found if number is not None and one.number < number), None)


def undo(actor: Actor, folder: Path) -> Generation:
    """Switch back. Raises NotAllowed, DataError when nothing is left to go back to, StoreBusy while an import runs."""
    authorise(actor, "import_data")
    nothing = DataError("Rien à annuler : il n'y a pas de génération précédente.", "Nothing to undo: there is no generation before this one.")
    if not folder.is_dir():
        raise nothing
    with writer_lock(folder):
        before = previous(folder)
        if before is None or not opens(before.path):
            raise nothing
        switch(folder, before)
        return before
