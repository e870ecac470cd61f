"""Run one command as an ordinary user although we are root: `unprivileged.py UID GID command…`

PostgreSQL refuses to run as root. A mere change of user would break on directories that only root may enter
(a virtual environment below /root, a private temporary directory), and widening their permissions is not
ours to do; so the command keeps one capability, CAP_DAC_OVERRIDE, which lets it reach files as before. It is
passed on over exec as an ambient capability (capabilities(7)) and is among those that containers have.

Standard library only, because it runs with `python -I -S`, by its path.
"""

import ctypes
import os
import sys

CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522
PR_SET_PDEATHSIG, PR_GET_PDEATHSIG = 1, 2
PR_SET_KEEPCAPS = 8
PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP = 28, 1 << 2
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2


def keep_only(libc: ctypes.CDLL, capability: int) -> None:
    """Reduce all capability sets to `capability` and hand it on to what is executed next."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    bit = 1 << capability
    # Effective, permitted and inheritable: the low halves, then the high ones.
    sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    if libc.capset(header, sets) == 0:
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)


def become(uid: int, gid: int) -> None:
    """Turn this process into the user, with CAP_DAC_OVERRIDE if we had it."""
    libc = ctypes.CDLL(None)
    death_signal = ctypes.c_int(0)
    libc.prctl(PR_GET_PDEATHSIG, ctypes.byref(death_signal), 0, 0, 0)
    # Without it access(2), by which initdb looks for postgres, forgets the capability of whoever is not root.
    libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    keep_only(libc, CAP_DAC_OVERRIDE)
    # A change of credentials clears it (prctl(2)).
    libc.prctl(PR_SET_PDEATHSIG, death_signal.value, 0, 0, 0)


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]))
    os.execvp(sys.argv[3], sys.argv[3:])  # noqa: S606
