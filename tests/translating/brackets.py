"""The language of brackets, as Django's settings know languages."""

from collections.abc import Mapping
from typing import Any, Final

CODE: Final = "xx"
#: For LANGUAGES.
BOTH: Final = [("en", "English"), (CODE, "Brackets")]
#: For LANG_INFO, which has the world's languages.
INFO: Final[Mapping[str, dict[str, Any]]] = {
    CODE: {"bidi": False, "code": CODE, "name": "Brackets", "name_local": "Brackets"}
}
#: What a browser sends that asks for it.
ASKING: Final = {"accept-language": CODE}
