# /// script
# requires-python = ">=3.11"
# dependencies = ["python-dateutil>=2.8,<3"]
# ///
"""Uses a package from PyPI, which fob installs when the function is registered."""
from dateutil import parser


def callme(when):
    """Understands dates as people write them: "3 Jan 2026 5pm"."""
    return parser.parse(when).isoformat()
