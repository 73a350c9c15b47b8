"""Who may see a post on a target: never anybody who would not have seen it as it was chosen.

Which visibilities a target offers is in its `Limits`; a refusal is put into words by the caller.
"""

from __future__ import annotations

from collections.abc import Sequence

from tuisocial.model.post import Visibility

_PUBLIC, _UNLISTED = Visibility.PUBLIC, Visibility.UNLISTED
_LOCAL, _FOLLOWERS = Visibility.LOCAL, Visibility.FOLLOWERS
_DIRECT = Visibility.DIRECT

# What shows a post to no more people and in no more places. A server lists local posts and not
# unlisted ones. Who is named in a direct post need be neither a follower nor on the same server.
_WITHIN = {
    _PUBLIC: frozenset({_PUBLIC, _UNLISTED, _LOCAL, _FOLLOWERS, _DIRECT}),
    _UNLISTED: frozenset({_UNLISTED, _FOLLOWERS, _DIRECT}),
    _LOCAL: frozenset({_LOCAL}),
    _FOLLOWERS: frozenset({_FOLLOWERS}),
    _DIRECT: frozenset({_DIRECT}),
    Visibility.UNKNOWN: frozenset({_DIRECT}),
}


def narrowed(
    chosen: Visibility, offered: Sequence[Visibility], bounds: Sequence[Visibility] = ()
) -> Visibility | None:
    """The widest offered visibility within what was chosen and within each bound; None for none.

    A bound is the visibility of a post that is answered or quoted. Every bound leaves a direct
    post, which goes to people who were named one by one.
    """
    allowed = _WITHIN[chosen] & frozenset(offered)
    for bound in bounds:
        allowed &= _WITHIN[bound] | {_DIRECT}
    return next((each for each in Visibility if each in allowed), None)
