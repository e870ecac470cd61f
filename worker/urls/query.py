"""Remove tracking parameters from queries, and sort the rest by name.

The order of parameters has no meaning on nearly every site and differs from feed to feed; parameters of the
same name keep their order, which can have one.
"""

import re

from worker.urls.encoding import encode

_FREE = frozenset("!$'()*,:;/?@")
"""Delimiters that mean the same in a query raw and escaped: all but those between parameters."""

# How the names begin of parameters that campaigns, mail programs, shops and analytics add. Collected by hand;
# the url cases of `make bench-suites` cover the common ones.
_LISTED_PREFIXES = """
__hs _branch_ _bta_ _hs aftr_ aspsessionid at_campaign at_custom at_medium cx_ fb_action fb_comment
fb_ref fb_source ga_ gs_l guce_ hmb_ hsa_ hsctatracking iterable_ itm_ matomo_ mc_ mkt_ ml_subscriber
mtm_ oft_ oly_ piwik_ pk_ sc_lid sc_src sfmc_ sms_ trk_ tw_campaign tw_medium tw_source utm_ vero_ wt.zmc
wt_zmc
"""
_PREFIXES = tuple(_LISTED_PREFIXES.split())

# Such names as a whole.
_LISTED_NAMES = """
__s __twitter_impression _bhlid _clde _ga _gl _ke _kx _openstat action_object_map action_ref_map
action_type_map aff_id affid affiliate affiliate_id at_bbc_team at_format at_link_id at_link_origin
at_link_type at_ptr_name awc bbeml bsft_clkid bsft_eid campaign campaign_content campaign_id
campaign_medium campaign_name campaign_source campaign_term ck_subscriber_id click_id clickid cmp cmpid
cmpr cvid cvosrc dclid dicbo dm_i echobox ef_id elqtrack elqtrackid epik fb_xd_fragment fbclid
gad_campaignid gad_source gbraid gclid gclsrc guccounter icid icmp igsh igshid int_cmp intcmp irclickid
irgwc ito jsessionid lctg li_fat_id mbid mkcid mkevt mkrid mkwid msclkid mtm_cid ncid nr_email_referer
ns_campaign ns_fee ns_linkname ns_mchannel ns_source oborigurl partnerid pcrid pf_rd_p pf_rd_r phpsessid
rb_clickid rdt_cid ref_src ref_url rss_source rtid s_cid s_kwcid sb_referer_host sc_customer sc_eh sc_uid
smid soc_src soc_trk source_caller spm sref srsltid ss_email_id ss_source sscid syclid tblci tduid
this_affiliate trk trkcampaign tsrcid ttclid twclid twsrc unicorn_click_id usqp vgo_ee wbraid wickedid
wprov wt.mc_id wt_mc wtmc wtrid xnpe xtor yadclid yclid ysclid zanpid zarsrc
"""
_NAMES = frozenset(_LISTED_NAMES.split())

_DOUBLE_ESCAPED = re.compile(r"^(?:amp;)+")
"""Before a name in a link that was copied from HTML without decoding it."""


# Parameters that say where a visitor came from or what to show, and the values that mean a feed. Other
# parameters choose the format of an answer (`?feed=rss2`, `?format=rss`) and stay.
_ORIGINS = frozenset(
    [
        "ref",
        "referrer",
        "referer",
        "source",
        "src",
        "from",
        "via",
        "origin",
        "medium",
        "channel",
        "cid",
        "campaign_id",
    ]
)
_FEED_VALUES = frozenset(
    ["rss", "rss2", "rss2.0", "atom", "feed", "feeds", "rssfeed", "feedrss", "newsfeed", "feedburner"]
)
# Services that publish the entries of feeds elsewhere name themselves in any parameter.
_SERVICES = frozenset(["dlvr.it", "dlvrit"])
_JOINTS = re.compile(r"[\s_+-]|%20|(?<=dlvr)[._](?=it)", re.IGNORECASE)


def clean_query(query: str, *, by_value: bool = True) -> str:
    """Return `query` without tracking and empty parameters, sorted by name, in one percent-encoding.

    Without `by_value`, parameters are recognised by their names only, as in the keys of older entries.
    """
    # A plus and %20 are the same blank to a form; every server understands %20.
    pairs = encode(query, _FREE).replace("+", "%20").split("&")
    plain = (_DOUBLE_ESCAPED.sub("", pair) for pair in pairs)
    kept = [pair for pair in plain if pair and not is_tracking(_name(pair))]
    if by_value:
        kept = [pair for pair in kept if not _names_a_feed(pair)]
    return "&".join(sorted(kept, key=_name))


def is_tracking(name: str) -> bool:
    """Whether a parameter of this name says where the visitor came from, not what to show."""
    plain = name.lower()
    return plain in _NAMES or plain.startswith(_PREFIXES)


def _names_a_feed(pair: str) -> bool:
    """Whether a parameter says that the visitor came from a feed, as in `?ref=rss` and `?x=dlvr_it`."""
    name, _, value = pair.lower().partition("=")
    word = _JOINTS.sub("", value)
    return word in _SERVICES or (name in _ORIGINS and word in _FEED_VALUES)


def _name(pair: str) -> str:
    return pair.partition("=")[0]
