"""The page for operators, followed."""
