"""The program's entry point: the command line, handed the way to open the application.

Only this module and `tuisocial.launch` know both front ends, which never import each other.
"""

import gc
import sys


def main() -> None:
    """Run `tuisocial` with the arguments of this process."""
    # What a start makes lives on, and going over it again and again takes a twentieth of a short
    # command's time. Whatever runs longer, the application among them, enables this.
    gc.disable()
    try:
        from tuisocial.launch import launch

        if len(sys.argv) == 1:
            from tuisocial.cli.opening import main as command_line
        else:
            from tuisocial.cli.main import main as command_line
    except KeyboardInterrupt:
        # Interrupted so early that nobody is there yet who would say it better.
        sys.exit(130)
    command_line(launch)


if __name__ == "__main__":
    main()
