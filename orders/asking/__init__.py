"""Asking: which MSME makes how many, by hand or in rounds, and their answers."""
