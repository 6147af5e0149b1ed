"""Files: opened in confinement, stored, swept."""
