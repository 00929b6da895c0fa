"""How the service speaks HTTP: problems, limits, admission."""
