"""Setting up an organiser: from a printed address to a checklist that ticks itself."""
