"""MSMEs apply by themselves, on a phone: what is asked of them, their photos, and how one is accepted."""
