"""What an adapter is written against: the seam between tuisocial and one network.

An adapter imports `tuisocial.sdk` and `tuisocial.model` and nothing else of ours.
"""

API_VERSION = 1
