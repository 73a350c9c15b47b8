"""Writes the tables of `docs/keys.md` from `tuisocial.commands`: `python docs/write_keys.py`."""

from pathlib import Path

from tuisocial.commands import as_markdown

HEAD = """\
# Keys

The same list makes the help screen (`?`), the palette (`:`) and the line at the bottom of the
screen. `g g` is one key after the other. The tables are written by `python docs/write_keys.py`.

With the mouse: the wheel scrolls, a click selects, a second click opens; tabs can be clicked.

"""

if __name__ == "__main__":
    Path(__file__).with_name("keys.md").write_text(HEAD + as_markdown())
