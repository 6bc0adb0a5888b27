"""The kiosk itself: camera, vision, music and display on one small machine."""
