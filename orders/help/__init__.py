"""Help: what each role does, and the workflow as the code draws it."""
