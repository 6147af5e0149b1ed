"""What ships as data, with its source and date: places, and what the upper floors add to it."""
