"""A random walk with every verb of every app that can touch a value: its world, its commands, and what must hold."""
