"""`make reliability`: every fault in front of every act, and processes killed in the middle.

The servers are real ones on loopback; what came of it is read back from them, past the proxies.
"""
