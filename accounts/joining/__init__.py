"""Joining: institutions and MSMEs apply by themselves, and a coordinator of the organiser decides.

What both kinds share is here: proof of the address by a code, the applicant's own page, the states, what coordinators
do. What is asked of each is in ``buyers/joining`` and ``msmes/joining``.
"""
