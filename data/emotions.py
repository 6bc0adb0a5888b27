"""The seven emotions, once, in FER-2013's order.

The order is that of the ``emotion`` column of FER-2013 (Goodfellow et al., "Challenges in
Representation Learning", ICML 2013 workshops) and therefore of every model output and every
probability vector in this project.
"""

EMOTIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
