"""What an adapter is tested with: the conformance kit, a fake network in memory, makers of posts.

Only `conformance` needs pytest; everything else runs wherever tuisocial does.
"""
