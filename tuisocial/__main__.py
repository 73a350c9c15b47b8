"""The program's entry point: the command line, handed the way to open the app.

Only this module and `tuisocial.launch` know both front ends; `tuisocial.cli` and `tuisocial.tui` never import each other.
"""

from tuisocial.cli.main import main as command_line
from tuisocial.launch import launch


def main() -> None:
    """Run `tuisocial` with the arguments of this process."""
    command_line(launch)


if __name__ == "__main__":
    main()
