"""Run one command as an ordinary user although we are root: `unprivileged.py UID GID command…`

PostgreSQL refuses to run as root. Changing only the user would fail in directories that only root may enter
(a virtual environment below /root, a private temporary directory), and their permissions are not ours to
widen; so the command keeps one capability, CAP_DAC_OVERRIDE, which lets it reach files as before. It survives
exec as an ambient capability (capabilities(7)) and is among those that containers have.

Standard library only, because it runs with `python -I -S`, by its path.
"""

import ctypes
import os
import sys

# From linux/capability.h and linux/prctl.h.
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522
PR_SET_PDEATHSIG, PR_GET_PDEATHSIG = 1, 2
PR_SET_KEEPCAPS = 8
PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP = 28, 1 << 2
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2


def keep_only(libc: ctypes.CDLL, capability: int) -> None:
    """Reduce all capability sets to `capability`, and pass it on to the program that is executed next."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    bit = 1 << capability
    # Effective, permitted and inheritable: the low halves, then the high ones.
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    if libc.capset(header, sets) == 0:
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)


def become(uid: int, gid: int) -> None:
    """Change the user of this process, and keep CAP_DAC_OVERRIDE if it had it."""
    libc = ctypes.CDLL(None)
    death_signal = ctypes.c_int(0)
    libc.prctl(PR_GET_PDEATHSIG, ctypes.byref(death_signal), 0, 0, 0)
    # Otherwise access(2), which initdb uses to find postgres, ignores the capabilities of ordinary users.
    libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    keep_only(libc, CAP_DAC_OVERRIDE)
    # A change of credentials clears the death signal (prctl(2)).
    libc.prctl(PR_SET_PDEATHSIG, death_signal.value, 0, 0, 0)


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]))
    os.execvp(sys.argv[3], sys.argv[3:])  # noqa: S606
