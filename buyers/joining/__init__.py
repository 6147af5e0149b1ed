"""Institutions apply by themselves: what is asked of them, their letter, and how one is accepted."""
