"""The built-in visitor: the actor walks in, its portrait paints it, its face poses it."""
