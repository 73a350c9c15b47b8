"""The adapter is cheap to import: what it needs for the wire waits for the first question."""

import subprocess
import sys

_PROGRAM = """
import sys
from tuisocial.adapters.mastodon.adapter import adapter
adapter.login_flows()
adapter.owns("@ada@example.social")
import tuisocial.adapters.mastodon.member
late = {"mastodon", "requests", "httpx", "selectolax", "urllib3", "wcwidth"}
print(sorted(late & sys.modules.keys()))
"""


def test_no_wire_library_is_imported_with_the_adapter() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
