"""Pages of msmes: the producer's own, the register of the staff, and the catalogue."""
