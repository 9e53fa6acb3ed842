"""Steps that touch the world, through ports, and are harmless to repeat."""
