"""The operator's own music: import, suggestions of a mood, and their review."""
