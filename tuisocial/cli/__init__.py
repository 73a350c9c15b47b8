"""The command line: opens the runtime, calls one service method, prints, exits.

One noun a file. stdout is data (`output`), stderr is speech (`diagnostics`); what scripts read is
put together in `records`. Importing this package imports neither Textual nor a wire library.
"""
