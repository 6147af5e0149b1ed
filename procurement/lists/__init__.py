"""Lists: search, filters, sort, pages, export."""
