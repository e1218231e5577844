"""The server of server.py around the script named in MAP_APP instead of app.py: same headers, same policy, no store."""

import os
from pathlib import Path

import streamlit as st

from server import shell

app = st.App(Path(os.environ["MAP_APP"]), **shell(warm=lambda: None, outlines=Path(os.environ["MAP_APP"]).with_name("static") / "geo"))
app.run(config={"server.port": int(os.environ["PORT"])})
