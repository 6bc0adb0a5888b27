"""The seven emotions, once, in FER-2013's order.

The order is that of the ``emotion`` column of FER-2013 (Goodfellow et al., "Challenges in
Representation Learning", ICML 2013 workshops) and therefore of every model output and every
probability vector in this project.
"""

EMOTIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")

_OTHER_NAMES = {
    "angry": ("anger", "mad"),
    "disgust": ("disgusted",),
    "fear": ("fearful", "afraid", "scared"),
    "happy": ("happiness", "joy"),
    "sad": ("sadness",),
    "surprise": ("surprised",),
    "neutral": ("neutrality", "calm"),
}
_EMOTION_OF = {name: name for name in EMOTIONS} | {
    other: emotion for emotion, others in _OTHER_NAMES.items() for other in others
}


def named(name: str) -> str | None:
    """The emotion that ``name`` means, in capitals or not; None where it means none of the seven.

    Takes the names of CK+, RAF-DB, AffectNet and FER+ too, such as ``happiness`` and ``fearful``.
    """
    return _EMOTION_OF.get(name.strip().casefold())
