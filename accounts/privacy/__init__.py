"""What the law on personal data (UU 27/2022) asks for: notice, consent, one's own data, erasure, register, breaches."""
