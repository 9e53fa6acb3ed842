"""Keys and sealed texts: names, addresses and free texts leave here as ciphertext only.

Nothing else in tilbake holds a key or calls a cipher on personal data.
"""
