"""What tells one visitor from another, drawn by lot."""

import dataclasses

import numpy as np

from device.cameras.visitor.drawing import Colour

_SKINS = (
    *((176, 200, 240), (158, 186, 232), (134, 168, 222)),
    *((112, 148, 206), (86, 120, 178), (66, 94, 146)),
)
# Black, dark brown, brown, blond, auburn; and what age makes of them.
_HAIRS = ((30, 34, 42), (34, 48, 70), (44, 66, 100), (86, 132, 178), (42, 58, 108))
_GREYS = ((128, 132, 136), (176, 180, 182))
_IRISES = ((44, 66, 92), (104, 120, 84), (148, 116, 74), (60, 66, 78))
_CLOTHES = (
    *((120, 84, 54), (92, 104, 66), (72, 70, 132), (120, 118, 112), (58, 62, 72)),
    *((70, 128, 176), (142, 130, 92), (104, 66, 104)),
)

LONG_HAIR = ("bob", "long", "fringe")
SHORT_HAIR = ("parted", "quiff", "cropped", "curly")
BEARDS = ("stubble", "moustache", "full")
GLASSES = ("round", "square")


@dataclasses.dataclass(frozen=True)
class Looks:
    """What tells one visitor from another. Colours are BGR, 0 to 255.

    width: of the face, 1 is the mean; hair_style: of LONG_HAIR or SHORT_HAIR, "bun" or "bald";
    age: 0 (young) to 1 (old); beard: of BEARDS or None; glasses: of GLASSES or None; brows and
    lips: how thick they are, 1 is the mean.
    """

    skin: Colour
    hair: Colour
    iris: Colour
    clothes: Colour
    width: float
    hair_style: str
    seed: int
    age: float = 0.2
    beard: str | None = None
    glasses: str | None = None
    brows: float = 1.0
    lips: float = 1.0

    @classmethod
    def of(cls, seed: int) -> "Looks":
        """Draw a visitor's looks by lot; the same seed gives the same visitor."""
        lot = np.random.default_rng(seed)

        def one_of(choices: tuple) -> object:
            return choices[int(lot.integers(len(choices)))]

        skin = one_of(_SKINS)
        fair = skin[2] >= 220
        age = float(lot.beta(1.3, 2.0))
        hair = one_of(_HAIRS if fair else _HAIRS[:2])
        if lot.uniform() < 2 * (age - 0.45):
            hair = one_of(_GREYS)
        # Long hair and beards fall to different halves of the visitors; the rest is anybody's.
        soft = bool(lot.uniform() < 0.5)
        bald = not soft and lot.uniform() < 0.05 + 0.25 * age
        style = one_of((*LONG_HAIR, "curly", "bun") if soft else SHORT_HAIR)
        return cls(
            skin=skin,
            hair=hair,
            iris=one_of(_IRISES if fair else _IRISES[:1]),
            clothes=one_of(_CLOTHES),
            width=float(lot.uniform(0.95, 1.05)),
            hair_style="bald" if bald else style,
            seed=seed,
            age=age,
            beard=one_of(BEARDS) if not soft and lot.uniform() < 0.5 else None,
            glasses=one_of(GLASSES) if lot.uniform() < 0.2 + 0.25 * age else None,
            brows=float(lot.uniform(0.8, 1.0) if soft else lot.uniform(0.95, 1.25)),
            lips=float(lot.uniform(1.0, 1.2) if soft else lot.uniform(0.8, 1.0)),
        )
