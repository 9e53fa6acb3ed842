"""Use cases, and the wiring that worker and command line share."""
