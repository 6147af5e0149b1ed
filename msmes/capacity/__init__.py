"""Weekly capacity: declared, held, free."""
