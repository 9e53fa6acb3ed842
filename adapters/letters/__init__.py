"""Letters: what goes on paper to those who are never written to by mail."""
