"""Proving: files read back, and the public check."""
