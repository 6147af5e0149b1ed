"""Ending: what ends with an order, what is still open, and what is forgotten."""
