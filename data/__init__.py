"""The kiosk's data: emotions, songs, scores, previews and the shipped model."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent
