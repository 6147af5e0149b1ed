"""The register of MSMEs."""
