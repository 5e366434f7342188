"""How fast it is, beside what one would write or take instead: measured, never tested."""
