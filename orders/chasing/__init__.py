"""Chasing: what is stuck or will be late, and how it is set going again."""
