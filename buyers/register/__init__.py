"""The register of institutions, as expo staff keep it."""
