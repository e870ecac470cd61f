"""Whatever a page calls an address, what is stored leads to http and https only."""

import json
from dataclasses import asdict

import pytest

from tests.extract.pages import EN, URL, page
from worker.extract import Article, extract

HEAD = """
<link rel="canonical" href="{0}"><link rel="license" href="{0}"><base href="{0}">
<link rel="amphtml" href="{0}"><meta property="og:url" content="{0}"><meta property="og:image" content="{0}">
<meta name="tdm-policy" content="{0}"><meta name="author" content="{0}">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "The harbour", "url": "{0}",
"mainEntityOfPage": "{0}", "license": "{0}", "thumbnailUrl": "{0}", "author": {{"name": "Ana", "url": "{0}"}},
"image": ["{0}", {{"@type": "ImageObject", "url": "{0}", "license": "{0}"}}]}}</script>
"""
BODY = """<article><h1>The harbour</h1><figure><img src="{0}" srcset="{0} 2x" data-src="{0}" width="800">
<figcaption>The harbour at night, seen from the hill.</figcaption></figure>{1}
<p>More <a href="{0}">of it</a> and <a href="{0}">of that</a> was said on Monday evening in the town hall.</p>
<a rel="license" href="{0}">Licence</a></article>"""


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "JavaScript:alert(1)//http://x.y/"]
)
def test_no_address_of_another_scheme_is_stored(address: str) -> None:
    text = "".join(f"<p>{one}</p>" for one in EN)
    body = page(BODY.format(address, text), head=HEAD.format(address))
    found = extract(body, url=URL, headers=(("tdm-policy", address),))
    assert isinstance(found, Article)
    assert EN[0] in found.text
    assert address.lower() not in json.dumps({**asdict(found), "authors": []}, default=str).lower()
