"""The program's entry point: the command line, handed the way to open the application.

Only this module and `tuisocial.launch` know both front ends, which never import each other.
"""

import sys


def main() -> None:
    """Run `tuisocial` with the arguments of this process."""
    try:
        from tuisocial.cli.main import main as command_line
        from tuisocial.launch import launch
    except KeyboardInterrupt:
        # Interrupted so early that nobody is there yet who would say it better.
        sys.exit(130)
    command_line(launch)


if __name__ == "__main__":
    main()
