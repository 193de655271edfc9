"""Who decides a case, and within which limits: decision tables that people read and edit."""
