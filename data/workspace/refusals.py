"""What the checks of a scenario say (`analytics.scenario`, `analytics.fitting`), in French: they speak English, and people both."""

from __future__ import annotations

import re
from typing import Final

_FRENCH: Final = (
    (r"must be at most (\S+); write (\S+) for (\S+) %", r"au plus \1 ; écrivez \2 pour \3 %"),
    (r"must be at most (\S+)", r"au plus \1"),
    (r"must be at least (\S+)", r"au moins \1"),
    (r"must be above (\S+)", r"il faut plus que \1"),
    (r"must be one of (.+)", r"au choix : \1"),
    (r"must be a whole number", "il faut un nombre entier"),
    (r"must be a number", "il faut un nombre"),
    (r"has another form: write a table of names and values", "il faut une table de noms et de valeurs"),
    (r"has another form: write (.+)", r"la forme attendue est \1"),
    (r"is missing", "il manque"),
    (r"no such field; did you mean (\w+)\? The page Method lists them all", r"ce champ n'existe pas ; vouliez-vous dire \1 ? La page Méthode les donne tous"),
    (r"no such field\. The page Method lists them all", "ce champ n'existe pas. La page Méthode les donne tous"),
    (r"this field has no parts", "ce champ n'a pas de parties"),
    (r"this file is from a newer version; this one reads up to (\d+)", r"ce fichier est d'une version plus récente ; celle-ci lit jusqu'à la version \1"),
    (r"no such area at this planning level", "pas de territoire de ce code à ce niveau de planification"),
    (r"no such area or region here", "pas de territoire ni de région de ce code ici"),
    (r"no such intervention", "pas d'intervention de ce code"),
    (r"no such intervention and scope here; write (.+)", r"pas d'intervention de ce code en ce lieu ; écrivez \1"),
    (r"low <= mode <= high is needed", "il faut bas ≤ plus probable ≤ haut"),
    (r"needs exactly (.+)", r"il faut exactement \1"),
    (r"at least one weight above 0 is needed", "il faut au moins un poids supérieur à 0"),
    (r"steps rise to 1.0 and slopes never rise", "les paliers montent jusqu'à 1 et leurs pentes ne montent jamais"),
    (r"must have at least 1 character", "il faut un texte"),
    (r"must have at least (\d+) characters", r"au moins \1 lettres"),
    (r"must have at most (\d+) characters", r"au plus \1 lettres"),
    (r"must be a text", "il faut un texte"),
    (r"must be true or false", "il faut true ou false"),
    (r"must be a date such as (\S+)", r"il faut une date comme \1"),
    (r"must be a list", "il faut une liste"),
)


def in_french(reason: str) -> str:
    """What a check says of a value, in French; a sentence that holds for any value where the check has words this table lacks."""
    for pattern, french in _FRENCH:
        found = re.fullmatch(pattern, reason)
        if found:
            return found.expand(french).replace(" or ", " ou ")
    return "cette valeur n'est pas acceptée"
