"""From posts to lines of cells: no widget, no store, no waiting."""
