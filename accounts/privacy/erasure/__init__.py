"""Erasing a person: the request, the decision, the act, and the pseudonym that stays in place of the name.

Decision 17 says what the bytes of the trail mean that hold a name.
"""
