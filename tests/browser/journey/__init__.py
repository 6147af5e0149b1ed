"""From an empty installation to the first closed order: the steps that two tests share, and how they are counted."""
