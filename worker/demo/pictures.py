"""The demo's pictures and its one PDF, drawn from next to nothing."""

import zlib

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def picture(name: str) -> bytes:
    """A landscape in SVG, 1200 by 675; its colours and its hill depend on the name alone."""
    seed = zlib.crc32(name.encode())
    hue, hill, sun = seed % 360, 250 + seed // 7 % 250, 150 + seed // 11 % 900
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 675" width="1200" height="675">'
        f'<rect width="1200" height="675" fill="hsl({hue} 45% 78%)"/>'
        f'<circle cx="{sun}" cy="160" r="70" fill="hsl({(hue + 40) % 360} 80% 66%)"/>'
        f'<path d="M0 {hill}Q400 {hill - 160} 700 {hill + 40}T1200 {hill - 30}V675H0Z"'
        f' fill="hsl({hue} 35% 40%)"/>'
        "</svg>"
    ).encode()
