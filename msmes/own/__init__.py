"""What an MSME shows of itself: certificates that run out, and photos of what it offers."""
