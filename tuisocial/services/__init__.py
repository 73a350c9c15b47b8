"""What the program does, for any front end.

On asyncio; no Textual, no click, no HTTP, no network's name.
"""
