"""Readers by the shape of a source: text in, tidy rows out, with an issue for every row that needed care."""
