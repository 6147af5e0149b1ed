"""The catalogue as buyers see it: looked through, one product at a time, and from there into a draft."""
