"""Figures: what the dashboard and the report say of an edition."""
