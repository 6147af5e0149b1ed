"""Authority: who may sign for the buyer, who still can, and what counts as one purchase."""
