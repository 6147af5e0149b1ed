"""Whole stories and whole pages, in real browsers on the real site."""
