"""The ledger: entries, their sums, and reads at any moment."""
