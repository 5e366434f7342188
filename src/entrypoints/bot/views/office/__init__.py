"""What operators see: sheets of facts, doubts, and what they are about to do."""
