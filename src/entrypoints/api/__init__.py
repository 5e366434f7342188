"""The HTTP API: health, and balances to read."""
