"""Files that people and other systems hand us, read into facts of the domain."""
