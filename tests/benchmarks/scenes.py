"""Pictures as a kiosk's camera takes them, made of FER-2013 faces in plain and cluttered rooms."""

import dataclasses

import cv2
import numpy as np

WIDTH, HEIGHT = 640, 480
FACE_SIDES = (80, 300)
LARGEST_TILT = 25.0


@dataclasses.dataclass(frozen=True, eq=False)
class Scene:
    """A grey picture, uint8 (480, 640).

    box: where the 48 x 48 face lies, upright, or None in an empty room. tilt: degrees by which
    the line through its eyes falls to the right. row: of the face in its split.
    """

    image: np.ndarray
    box: tuple[float, float, float, float] | None = None
    tilt: float = 0.0
    row: int = -1


def with_face(face: np.ndarray, row: int, cluttered: bool, random: np.random.Generator) -> Scene:
    """A room with one face, uint8 (48, 48), anywhere in it, of any size and tilt in the limits."""
    side = random.uniform(*FACE_SIDES)
    tilt = random.uniform(-LARGEST_TILT, LARGEST_TILT)
    x = random.uniform(side / 2, WIDTH - side / 2)
    y = random.uniform(side / 2, HEIGHT - side / 2)
    image = paste(room(cluttered, random), face, (x, y), side, tilt)
    return Scene(_grain(image, random), (x - side / 2, y - side / 2, side, side), tilt, row)


def empty(cluttered: bool, random: np.random.Generator) -> Scene:
    """A room with nobody in it."""
    return Scene(_grain(room(cluttered, random), random))


def paste(
    image: np.ndarray, face: np.ndarray, middle: tuple[float, float], side: float, tilt: float
) -> np.ndarray:
    """Lays a face over the picture, its edges soft; ``tilt`` turns it clockwise as seen."""
    scale = side / face.shape[0]
    # OpenCV turns counter-clockwise for positive angles.
    turn = cv2.getRotationMatrix2D((face.shape[1] / 2 - 0.5, face.shape[0] / 2 - 0.5), -tilt, scale)
    turn[:, 2] += np.array(middle) - (face.shape[1] / 2 - 0.5, face.shape[0] / 2 - 0.5)
    size = (image.shape[1], image.shape[0])
    mask = np.zeros(face.shape, np.float32)
    mask[2:-2, 2:-2] = 1
    mask = cv2.warpAffine(cv2.GaussianBlur(mask, (0, 0), 1.0), turn, size)
    large = cv2.warpAffine(face, turn, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return (image * (1 - mask) + large * mask).round().clip(0, 255).astype(np.uint8)


def room(cluttered: bool, random: np.random.Generator) -> np.ndarray:
    """A wall with uneven light; in clutter also shelves, frames, lamps, stripes and writing."""
    corners = random.uniform(40, 220, (3, 4)).astype(np.float32)
    image = cv2.resize(corners, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    if cluttered:
        for _ in range(random.integers(25, 60)):
            _thing(image, random)
        image = cv2.GaussianBlur(image, (0, 0), random.uniform(0.6, 1.6))
    return image.clip(0, 255)


def _thing(image: np.ndarray, random: np.random.Generator) -> None:
    x, y = int(random.integers(WIDTH)), int(random.integers(HEIGHT))
    wide, high = (int(value) for value in random.integers(10, 160, 2))
    shade = float(random.uniform(10, 245))
    match random.integers(5):
        case 0:
            cv2.rectangle(image, (x, y), (x + wide, y + high), shade, -1)
        case 1:
            cv2.rectangle(image, (x, y), (x + wide, y + high), shade, int(random.integers(2, 8)))
        case 2:
            axes, turn = (wide // 2, high // 2), float(random.uniform(0, 180))
            cv2.ellipse(image, (x, y), axes, turn, 0, 360, shade, -1)
        case 3:
            for step in range(int(random.integers(4, 12))):
                across = x + step * max(4, wide // 8)
                cv2.line(image, (across, y), (across, y + high), shade, int(random.integers(1, 4)))
        case 4:
            letters = "".join(chr(value) for value in random.integers(65, 91, 6))
            size = float(random.uniform(0.6, 2.5))
            cv2.putText(image, letters, (x, y), cv2.FONT_HERSHEY_SIMPLEX, size, shade, 2)


def _grain(image: np.ndarray, random: np.random.Generator) -> np.ndarray:
    noisy = image + random.normal(0, random.uniform(1, 5), image.shape)
    return noisy.round().clip(0, 255).astype(np.uint8)
