"""The catalogue, and what each MSME offers of it."""
