"""One module a table: from a recognised sheet of text to facts of the store, each row accepted, set aside or refused."""
