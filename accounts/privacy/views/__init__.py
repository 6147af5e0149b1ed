"""Pages of what concerns personal data."""
