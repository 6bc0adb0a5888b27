"""From a frame to a steady mood: faces, crop, emotion, mood and the thread that runs them."""
