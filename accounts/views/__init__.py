"""Pages of the account: home and profile, notifications, members."""
