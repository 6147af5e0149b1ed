"""To what an applicant says yes: that the organiser keeps what is typed, to decide on the application."""

VERSION = "2026-11"
"""The version of the page on personal data that the yes is about; each application keeps it with the moment."""
