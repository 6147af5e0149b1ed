"""Pages of the set-up, and the organiser's own page."""
