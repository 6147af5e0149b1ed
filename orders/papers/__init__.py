"""One context builder per purchase document: rows in, a ``documents.issuing.issue.Draft`` out. The worker prints it."""
