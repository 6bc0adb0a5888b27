"""The kiosk's data: emotions, songs, scores, previews and the shipped model."""
