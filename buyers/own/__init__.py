"""An institution that keeps its own register: what its administrators propose, and who decides."""
