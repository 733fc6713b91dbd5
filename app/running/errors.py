"""What can go wrong while everything is started on one machine."""


class UpFailed(Exception):
    """The system cannot be started or kept running. Its text is for people."""
