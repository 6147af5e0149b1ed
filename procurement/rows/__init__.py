"""Rows: written in bulk, read by prepared statements, recorded in the audit trail."""
