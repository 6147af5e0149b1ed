"""Channels: sales that are not bulk orders."""
