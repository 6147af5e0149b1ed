"""The best split of an order over the MSMEs that can make it: the question, its answers, and the why."""
