"""Paying: each MSME is paid what was accepted, and the order is closed."""
