"""How fast the ledger is, beside what one would write instead: measured, never tested."""
