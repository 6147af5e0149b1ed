"""Forecast: when the last piece of a purchase order will be there."""
