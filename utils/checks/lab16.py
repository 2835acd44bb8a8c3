"""Lab 16, "Slip or right?", has cards, and no exercise to check."""
