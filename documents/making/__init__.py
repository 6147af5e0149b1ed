"""Making: from the snapshot to the PDF."""
