"""Who may open which address: the policy as one table, two expos that know nothing of each other, and the walk."""
