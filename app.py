"""The door: builds the app from the environment, nothing else."""

import os
import sys

from lms.factory import create_app
from lms.settings import SettingsError, read_settings

try:
    app = create_app(read_settings(os.environ))
except SettingsError as error:
    sys.exit(f"MSC Ready cannot start. {error}")
