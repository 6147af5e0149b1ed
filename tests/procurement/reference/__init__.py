"""Places: what ships, how it is loaded and how it is found."""
