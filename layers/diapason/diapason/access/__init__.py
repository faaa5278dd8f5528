"""Who is asking: token claims to school, role and decision table."""
