"""What a kiosk needs to run for months unattended: systemd's protocol, signals, health, the log."""
