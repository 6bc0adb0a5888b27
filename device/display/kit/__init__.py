"""What the screens are drawn with: theme, type, shapes, widgets, faces, covers and icons.

Knows pixels, and neither screens nor states.
"""
