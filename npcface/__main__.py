"""``python -m npcface`` is the ``npcface`` command."""

from npcface.cli.app import main

if __name__ == "__main__":
    main()
