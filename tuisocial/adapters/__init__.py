"""The adapters that come with tuisocial, found by entry point like everybody's."""
