"""Facts about the nouns: fingerprints and the JSON form of values."""
