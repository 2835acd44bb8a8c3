"""Lab 15, the clinic, has bets and patients, and no exercise to check."""
