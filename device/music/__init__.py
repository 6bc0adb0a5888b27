"""Which five songs, and the sound of them."""
