"""The best split of an order over the MSMEs that can make it: the question, the answers of solver and greedy, the why."""
