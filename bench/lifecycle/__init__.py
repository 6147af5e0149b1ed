"""One order from draft to closed, by the verbs and by hand-made SQL."""
