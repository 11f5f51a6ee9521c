"""`python -m swarmtui.sim`: the embedded swarm as a process of its own (see `swarmtui.sim.process.process`).

Run as a file, `python -I …/swarmtui/sim/__main__.py DIRECTORIES …`, it takes nothing from the current directory: the
package is the one around this file, and all else is found in the directories, a list in JSON.
"""

import sys


def _adopt_package() -> None:
    """Import `swarmtui` from around this file, without having its directory searched for anything else."""
    import json
    from importlib.util import module_from_spec, spec_from_file_location
    from pathlib import Path

    package = Path(__file__).resolve().parents[1]
    sys.path[:] = json.loads(sys.argv.pop(1))
    spec = spec_from_file_location("swarmtui", package / "__init__.py", submodule_search_locations=[str(package)])
    assert spec is not None
    assert spec.loader is not None
    sys.modules["swarmtui"] = module = module_from_spec(spec)
    spec.loader.exec_module(module)


if __name__ == "__main__":
    if not __package__:
        _adopt_package()
    from swarmtui.sim.process.process import main

    sys.exit(main())
