"""Producing: an MSME takes a purchase order on, works and reports."""
