"""The session: language, organisation acted for, and what every page knows."""
