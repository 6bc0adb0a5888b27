"""Looks at the whole machine as a kiosk needs it, and says of each part what to do about it."""
