"""Issuing: what a paper says, its number, and the rows that bind."""
