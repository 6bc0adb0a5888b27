"""What the window stands on: the system's driver, the screen's power, and touches and keys.

Knows nothing of what is drawn.
"""
