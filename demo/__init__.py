"""Demonstration data: KUMKM Expo ke-9 Jawa Timur, July to November 2022.

People and MSMEs are invented and marked as examples; the figures of the expo are those that were published. Every
order goes through the same verbs that the pages call, on a simulated clock.
"""
