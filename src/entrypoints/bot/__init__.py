"""The bot: balance, top-ups, goods and history in one living message, in Russian and English."""
