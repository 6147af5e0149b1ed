"""Desks: the pages that cross phases, such as homes, the order's page, lists and search."""
