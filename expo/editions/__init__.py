"""Editions: their dates and their end."""
