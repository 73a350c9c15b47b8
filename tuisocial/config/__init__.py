"""Where files are and what the person chose: read once, checked strictly, passed on by argument."""
