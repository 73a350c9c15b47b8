"""The Textual application: it shows what the services know, and asks them for more."""
