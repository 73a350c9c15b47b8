"""The neutral domain: frozen dataclasses that every layer shares, on the standard library alone.

`None` means unknown, never "no". Nothing here performs I/O or knows a network by name.
"""
