"""What the visitor sees and touches: one window, one module a screen, drawn with pygame."""
