"""Small cells: releases in which no count of a few persons can be read or worked out, and the audit that says so."""

from data.protection.releases import AUDIENCES, Audience, NoRelease, open_release, release_mark

__all__ = ["AUDIENCES", "Audience", "NoRelease", "open_release", "release_mark"]
