"""The way of a request: middleware, limits, cache, log, navigation."""
