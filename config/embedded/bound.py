"""Become another program that ends with the process that started it. Linux only.

    python -I -S bound.py PARENT PROGRAM [ARGUMENT…]

Run as a plain file, in a moment. It does what a `preexec_fn` would do, which is unsafe in a process
with threads, and it leaves no process of its own: the program takes its place.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # from linux/prctl.h; stays in force over exec

if __name__ == "__main__":
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(sys.argv[1]):  # it ended in the moment before
        sys.exit(1)
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606, what to run is what it is for
