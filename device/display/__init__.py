"""What the visitor sees and touches: one window, drawn with pygame.

``window`` puts it together from ``screens`` (what is seen), ``kit`` (what they are drawn with),
``strings`` (what they say) and ``hardware`` (what the window stands on).
"""
