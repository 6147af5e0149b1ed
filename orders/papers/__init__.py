"""One context builder per purchase document: rows in, a ``documents.issue.Draft`` out. The worker prints it."""
