"""The kiosk itself: camera, vision, music and display on one small machine."""

import os

# A damaged header may claim any size, and OpenCV takes the memory for it before it looks at the
# rest: up to 3 GB by default. It reads this once, when it is loaded.
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(2**27))
# OpenBLAS, which numpy multiplies matrices with, keeps a thread for each further core that asks the
# system for work without a pause, and none here has matrices large enough to be worth it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
