"""Undo: the generation before the one in use becomes the one in use again."""

from __future__ import annotations

from pathlib import Path

from data.errors import DataError
from data.generations import Generation, current_name, generations, switch, writer_lock
from data.store import opens
from data.workspace import log
from data.workspace.actor import Actor, authorise


def previous(folder: Path) -> Generation | None:
    """The generation an undo would go back to, None when there is none."""
    in_use = current_name(folder)
    found = generations(folder)
    number = next((one.number for one in found if one.name == in_use), None)
    return next((one for one in found if number is not None and one.number < number), None)


def undo(actor: Actor, folder: Path) -> Generation:
    """Switch back, with a line in the audit. Raises NotAllowed, DataError when nothing is left to go back to, StoreBusy while an import
    runs, WorkspaceUnavailable, with nothing changed, where the audit cannot be opened.
    """
    authorise(actor, "import_data")
    nothing = DataError("Rien à annuler : il n'y a pas de génération précédente (une seule est gardée : deux annulations de suite ne se peuvent pas).",
                        "Nothing to undo: there is no generation before this one (only one is kept: two undos in a row are not possible).")
    if not folder.is_dir():
        raise nothing
    with writer_lock(folder):
        before = previous(folder)
        if before is None or not opens(before.path):
            raise nothing
        engine, left = log.of_store(folder), current_name(folder)
        try:
            switch(folder, before)
            log.note(engine, actor, "store.undo", before.name, f"from {left}")
        finally:
            engine.dispose()
        return before
