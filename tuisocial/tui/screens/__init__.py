"""One screen a file; each but the first is imported when it is first opened."""
