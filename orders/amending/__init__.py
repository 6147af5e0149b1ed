"""Amending: addenda, from the proposal to the last signature."""
