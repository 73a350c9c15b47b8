"""ActivityPub by the Mastodon client API: Mastodon, GoToSocial, Pleroma, Akkoma, Pixelfed, ….

`adapter` is the way in, `session` one login at work, `api` and `client` the wire, `convert` and
`accounts` their records in our words.
"""

NETWORK = "activitypub"
