"""The session of somebody who has signed in: what guests can, and all that writes.

A class that has the methods has the capability, so that a guest's session is another class.
"""

from __future__ import annotations

from tuisocial.adapters.mastodon.acting import Acting
from tuisocial.adapters.mastodon.completing import Completing
from tuisocial.adapters.mastodon.editing import Editing
from tuisocial.adapters.mastodon.relating import Relating
from tuisocial.adapters.mastodon.uploading import Uploading


class MemberSession(Editing, Uploading, Acting, Relating, Completing):
    """One login that may write; see `sdk.writing` for what each method promises."""
