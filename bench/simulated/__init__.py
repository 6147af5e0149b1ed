"""Worlds in which MSMEs answer and make goods by dice, day by day, by the verbs."""
