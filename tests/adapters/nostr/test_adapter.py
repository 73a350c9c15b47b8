"""The adapter is cheap to import, and knows its own by their form."""

import subprocess
import sys

import pytest

from tests.adapters.nostr.signing import Author
from tuisocial.adapters.nostr.adapter import adapter
from tuisocial.adapters.nostr.nevent import nevent

ada = Author("ada")
NOTE = nevent("a" * 64)


def test_importing_it_and_asking_what_it_owns_loads_no_wire_library() -> None:
    program = (
        "import sys\n"
        "from tuisocial.adapters.nostr.adapter import adapter\n"
        "adapter.login_flows(), adapter.owns('nostr:x'), adapter.vocabulary, adapter.options\n"
        "import tuisocial.adapters.nostr.session\n"
        "heavy = {'pynostr', 'nostr_sdk', 'coincurve', 'websockets', 'httpx', 'requests'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("text", "owned"),
    [
        (ada.npub, True),
        (f"nostr:{NOTE}", True),
        (f"web+nostr:{NOTE}", True),
        (f"@{ada.npub}", True),
        (f" {NOTE} ", True),
        (f"https://njump.example/{NOTE}", True),
        (f"https://client.example/e/{NOTE}/?x=1", True),
        (ada.nsec, True),
        (f"https://njump.example/{ada.nsec}", True),
        (f"bunker://{ada.pubkey}?secret=hush", True),
        ("a" * 64, None),
        ("ada@example.com", None),
        ("A" * 64, False),
        ("@ada@example.com", False),
        ("https://example.com/@ada", False),
        ("https://[", False),
        ("", False),
        ("hello", False),
    ],
)
def test_what_it_owns_is_told_by_form_alone(text: str, owned: bool | None) -> None:
    assert adapter.owns(text) is owned
