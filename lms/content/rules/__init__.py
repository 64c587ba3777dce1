"""What must hold between values that were read: within a module, between files, and against the published revision."""
