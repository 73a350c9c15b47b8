"""Signing in to a demo that runs: the reader's logins, one on each network.

Where logins and secrets are kept is the caller's choice; this only answers the adapters' questions.
"""

from collections.abc import Mapping

from tuisocial.demo.launch import Demo
from tuisocial.sdk.login_steps import Answers
from tuisocial.sdk.secret import Secret
from tuisocial.services.logins import Logins


async def sign_in(demo: Demo, logins: Logins) -> None:
    """Add the logins `masto` and `nos`.

    Raises: AdapterError, UserError.
    """
    await _add(
        logins,
        "mastodon",
        "masto",
        Answers(
            texts={"server": demo.mastodon_url}, secrets={"token": Secret(demo.mastodon_token)}
        ),
    )
    await _add(
        logins,
        "nostr",
        "nos",
        Answers(lists={"relay": (demo.relay_url,)}, secrets={"nsec": Secret(demo.nsec)}),
    )


async def _add(logins: Logins, adapter: str, name: str, answers: Answers) -> None:
    given: set[str] = set()
    kinds: tuple[Mapping[str, object], ...] = (answers.texts, answers.lists, answers.secrets)
    for kind in kinds:
        given.update(kind)
    flow = next(
        flow
        for flow in logins.flows_of(adapter)
        if not flow.guest
        and {field.name for field in flow.fields if field.required} <= given
        and given <= {field.name for field in flow.fields}
    )
    await logins.add(adapter, flow, answers, name)
