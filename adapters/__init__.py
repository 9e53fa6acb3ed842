"""Everything that touches the world: servers, files, keys, mail, settings."""
