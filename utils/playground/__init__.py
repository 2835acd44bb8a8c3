"""A network that trains before one's eyes: `engine` trains, `drawing` draws, `widget` shows."""
