"""Runs a Python program that ends as soon as the process that started it is gone.

    python -P tether.py -m MODULE [ARGUMENT ...]
    python -P tether.py FILE [ARGUMENT ...]

Standard input is the tether: a pipe whose other end only the parent holds. The operating system closes that
end whatever happens to the parent, `kill -9` included, and reading then returns. (Linux's PR_SET_PDEATHSIG
would not do: it fires when the *thread* that started the child ends, and a web server's threads come and go.)

Only the standard library is used here: the file also runs in virtual environments that do not hold the
project.
"""

import os
import runpy
import sys
import threading


def _end_with_parent() -> None:
    # os.read and not sys.stdin: the buffered reader's lock would be held at interpreter shutdown.
    while os.read(0, 1024):
        pass
    os._exit(1)


def main() -> None:
    threading.Thread(target=_end_with_parent, name="tether", daemon=True).start()
    if sys.argv[1] == "-m":
        module = sys.argv[2]
        del sys.argv[1:3]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    else:
        del sys.argv[0]
        runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
