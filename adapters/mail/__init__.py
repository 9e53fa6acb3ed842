"""Mail: a notice is put into words without a name or a health word, and handed over once."""
