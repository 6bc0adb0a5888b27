"""What is seen: one module a screen, and the parts of screens that can be touched.

Draws with ``kit`` what a ``View`` tells, and knows nothing of the window it appears in.
"""
