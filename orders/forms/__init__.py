"""Forms of orders: one module per group of readers."""
