"""Every state that a small order can come to, by the verbs, and what must hold of each."""
