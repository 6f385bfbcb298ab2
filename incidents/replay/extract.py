"""Make `data/atlas-case-studies.json` from a release of ATLAS.yaml:

python -m incidents.replay.extract ATLAS.yaml > incidents/replay/data/atlas-case-studies.json
"""

import json
import sys
from pathlib import Path

from incidents.replay import atlas


def main(path: str) -> None:
    data = atlas.extract(Path(path).read_text("utf-8"))
    sys.stdout.write(json.dumps(data, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
