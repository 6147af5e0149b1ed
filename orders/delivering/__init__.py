"""Delivering: shipments, their reception, and closing short."""
