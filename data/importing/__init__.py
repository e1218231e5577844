"""Users' own files into the store: read under limits, recognised, checked row by row, merged into the next generation.

`reading` runs in a child process; `recognition` says what a sheet is; `tables` turn it into facts; `merging` writes the
generation; `run` is what the command line and the Data page call.
"""
