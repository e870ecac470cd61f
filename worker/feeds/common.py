"""Where sites have their feeds and sitemaps as a rule, although they do not say so. The likeliest first."""

FEEDS = (
    "/feed/",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
    "/rss/",
    "/feeds/posts/default",
    "/rss/index.xml",
    "/index.rdf",
    "/rss2.xml",
)
"""Paths of feeds: WordPress, Drupal, static site generators, Blogger, JSON Feed, older content systems."""

SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap.xml")
"""Paths of sitemaps, asked for where robots.txt names none."""
