"""Everything about reaching, preparing and embedding a Temporal server; no rule, no workflow."""
