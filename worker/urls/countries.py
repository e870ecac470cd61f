"""The country of a site, where its name says so."""

_CODES = frozenset(
    """
    ae af al ao ar at au az ba bd be bf bg bh bi bj bn bo br bw by ca cg ch ci cl cn cr cu cv cy cz de dk
    do dz ec ee eg er es et fi fj fo fr ge gh gi gm gn gr gt gw gy hk hr ht hu id ie il in iq ir is it jm
    jo jp ke kg kh km kn kp kr kw ky kz lb lk lr ls lt lu lv ma mc mg mk mm mo mr mt mv mw mx my mz na nc
    ne ng ni nl no np nz om pa pe pf pg ph pk pl ps pt py qa ro rs ru rw sa sb sd se sg si sk sl sm sn ss
    sv sy sz tg th tj tn tr tt tw tz ua ug us uy uz va ve vn ye za zm zw
    """.split()  # noqa: SIM905
)
"""Top level domains whose sites are, as a rule, of the country with this code (IANA, root zone database).
Left out are those that are sold or given away all over the world, such as .io, .tv, .me, .co, .ai, .fm, .ml
and .to; .eu and .su name no country."""

_OTHER_CODES = {"uk": "GB", "xn--p1ai": "RU", "xn--j1amh": "UA", "xn--fiqs8s": "CN"}
"""Domains that are not the code of their country."""


def country_of(site: str) -> str | None:
    """Return the country of a host name by its top level domain (ISO 3166-1 alpha-2); None if in doubt."""
    last = site.rpartition(".")[2]
    return last.upper() if last in _CODES else _OTHER_CODES.get(last)
