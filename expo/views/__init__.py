"""Pages of expo staff that need nothing but the ledger, pledges and channel sales."""
