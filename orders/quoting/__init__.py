"""Quoting: the quote, its signatures, and the purchase orders that they make."""
