"""A text that is missing fails the test that asks for it."""

import os

os.environ["ANCRAGE_STRICT_TEXTS"] = "1"
