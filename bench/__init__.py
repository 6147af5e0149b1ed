"""Measurements. Each module with ``main(arguments)`` is one bench; ``bin/bench`` lists and runs them."""
