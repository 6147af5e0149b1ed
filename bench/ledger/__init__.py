"""Very many orders: the pages and checks that read the ledger."""
