"""The bank account of an MSME: a change is confirmed by a code, holds, and then applies."""
