"""Nostr: events signed by their authors, read from any number of relays at once.

Relays are not trusted: an event's id is recomputed and its signature checked before it is used
(`events`), and nobody else's list makes us dial a private host (`addresses`).
"""
