"""The SQLite store: the single source of truth for everything that was ever seen."""
