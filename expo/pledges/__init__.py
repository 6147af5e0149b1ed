"""Pledges: announced orders, and how they end."""
