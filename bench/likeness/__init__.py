"""Whether a change left every page as it was: what a checkout shows, and the comparison."""
