"""Where frames come from: one contract, and behind it the Pi's camera, webcams, files, an actor."""
