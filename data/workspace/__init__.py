"""The workspace: what users write. Scenarios with every revision, drafts, scores, prices, structures in place, stakeholders, audit.

The only room that writes what users enter; every writing function takes the actor and authorises it.
"""

from data.workspace.engine import check_writable, workspace_engine, workspace_url

__all__ = ["check_writable", "workspace_engine", "workspace_url"]
