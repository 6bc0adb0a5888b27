"""From the trained Keras network to the INT8 TFLite model the kiosk ships."""
