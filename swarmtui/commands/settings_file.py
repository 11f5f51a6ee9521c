"""The settings file: printed with everything explained, found, checked."""

from __future__ import annotations

import sys

import click

__all__ = ["config"]


@click.command()
@click.option("--path", "show_path", is_flag=True, help="Only say where the file is.")
@click.option("--check", is_flag=True, help="Check the file; exit with 1 if anything is wrong.")
def config(show_path: bool, check: bool) -> None:
    """Print a settings file that sets nothing, with every setting explained in it.

    To begin with: swarmtui config > "$(swarmtui config --path)"

    What can be set: the theme (dark, light, high contrast, or Textual's own), other keys, the columns of each pane,
    how often the engine is asked, read-only, protected endpoints (each change asks for the endpoint's name to be
    typed), and the SSH targets of managers. A mistake in the file is told with its line, and stops nothing.
    """
    from swarmtui.config import config_path, default_file, load_settings

    path = config_path()
    if show_path:
        path.parent.mkdir(parents=True, exist_ok=True)
        click.echo(path)
    elif check:
        from swarmtui.ui.shell.preferences import problems_of

        settings = load_settings(path)
        problems = (*settings.problems, *problems_of(settings))
        for problem in problems or (f"{path} is in order." if path.exists() else f"There is no {path}.",):
            click.echo(problem)
        sys.exit(bool(problems))
    else:
        click.echo(default_file(), nl=False)
