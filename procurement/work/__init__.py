"""Work that takes time: jobs, the outbox, scheduled duties."""
