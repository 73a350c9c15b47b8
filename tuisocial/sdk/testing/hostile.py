"""Text that nobody sends in good faith.

None of it names a host that a name server could be asked for, so that it may be given to code
that opens addresses.
"""

TEXTS = (
    "",
    " ",
    "\x00",
    "\x1b]0;title\x07",
    "\ud800",
    "\u202emoc.elpmaxe",
    "@",
    "@@",
    "#",
    ":",
    "::",
    "://",
    "http://",
    "https://[",
    "http://[::1",
    "http://127.0.0.1:99999/",
    "{}",
    "%00%ff",
    "a" * 100_000,
    "\U0001f468\u200d" * 1000,
)

CURSORS = ("", "\x00", "not a cursor", "{}", "[]", "null", "-1", "9" * 400, '{"a":', "\U0001f4a9")
"""No place in any list; an adapter tells them from its own."""
