"""The installer of the Python driver.

main      the commands
serve     the server that takes one step
step      runs that step
declared  reads what the code declares
pip       runs pip
reasons   says why pip has failed
"""


class Refused(Exception):
    """The reason for the user: one sentence, and further lines with details."""

    def __init__(self, sentence, details=()):
        super().__init__(sentence)
        self.details = details
