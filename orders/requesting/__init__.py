"""Requesting: a draft, its lines and its sheet; submitting, withdrawing, reopening."""
