"""The settings of a service that speaks the language of brackets as well; its catalogue stands
where TRANSLATED says."""

import os
from pathlib import Path

from django.conf.locale import LANG_INFO

from governance.settings import *  # noqa: F403  # as they are
from tests.translating import brackets

LANG_INFO.update(brackets.INFO)
LANGUAGES = brackets.BOTH
LOCALE_PATHS = [Path(os.environ["TRANSLATED"])]
