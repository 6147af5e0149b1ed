"""Notifications: telling people, and what they have been told."""
