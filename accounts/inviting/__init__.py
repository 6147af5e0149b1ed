"""Invitations: who is asked to act for an organisation, by whom, for what, and until when.

The members page and the command ``invite`` make one; a register that names a person who has no password yet makes one
too, so that every newcomer comes in by the same page.
"""
