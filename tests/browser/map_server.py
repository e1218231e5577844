"""The server of server.py around the script named in MAP_APP instead of app.py: same headers, same policy, no store."""

import os
from pathlib import Path

from server import build_app

build_app(Path(os.environ["MAP_APP"]), warm=lambda: None).run(config={"server.port": int(os.environ["PORT"])})
