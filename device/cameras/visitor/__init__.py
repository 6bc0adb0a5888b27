"""The built-in visitor: an actor, its looks, the face it makes, and how all of it is painted."""
