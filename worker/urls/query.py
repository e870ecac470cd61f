"""A query without what tells one visitor from another, its parameters in order of their names.

Sorted, because the order of the parameters means nothing to nearly every site and differs from feed to
feed; parameters of the same name keep their order, because that one can mean something.
"""

import re

from worker.urls.encoding import encode

_FREE = frozenset("!$'()*,:;/?@")
"""What means the same in a query raw and escaped: all delimiters but those between parameters."""

_LISTED_PREFIXES = """
utm_ mtm_ itm_ matomo_ piwik_ pk_ hsa_ __hs _hs hsctatracking oly_ vero_ mc_ ml_subscriber fb_action
fb_ref fb_source fb_comment aftr_ trk_ at_campaign at_medium _branch_ guce_ sc_src sc_lid _bta_ mkt_ ga_
gs_l aspsessionid
"""
_PREFIXES = tuple(_LISTED_PREFIXES.split())
_LISTED_NAMES = """
fbclid gclid gclsrc dclid gbraid wbraid twclid yclid ysclid msclkid igshid igsh ttclid li_fat_id epik _ga
_gl _ke _openstat _bhlid _kx srsltid mkcid mkevt mkrid wickedid rb_clickid s_cid s_kwcid ef_id irclickid
irgwc cmpid ncid cvid xtor wt_mc wt.mc_id wtmc wtrid mbid ito icid smid sref soc_src soc_trk tsrcid dm_i
elqtrack elqtrackid sb_referer_host spm sscid unicorn_click_id vgo_ee bsft_eid bsft_clkid sc_customer
sc_eh sc_uid zanpid awc partnerid clickid click_id affiliate affiliate_id aff_id affid this_affiliate
campaign campaign_id campaign_name campaign_source campaign_medium campaign_term campaign_content
phpsessid jsessionid __twitter_impression ref_src ref_url cmp cmpr ns_mchannel ns_source ns_campaign
ns_linkname ns_fee at_ptr_name at_link_id at_bbc_team at_format at_link_type at_link_origin source_caller
mtm_cid pf_rd_p pf_rd_r rss_source echobox
"""
_NAMES = frozenset(_LISTED_NAMES.split())

_DOUBLE_ESCAPED = re.compile(r"^(?:amp;)+")


def clean_query(query: str) -> str:
    """`query` without tracking and empty parameters, sorted by name, in one percent-encoding."""
    # A plus and %20 are the same blank to a form; every server understands %20.
    pairs = encode(query, _FREE).replace("+", "%20").split("&")
    # A link copied out of HTML without decoding it: no parameter is really called "amp;id".
    plain = (_DOUBLE_ESCAPED.sub("", pair) for pair in pairs)
    kept = [pair for pair in plain if pair and not is_tracking(_name(pair))]
    return "&".join(sorted(kept, key=_name))


def is_tracking(name: str) -> bool:
    """Whether a parameter of this name says where the reader came from, not what is to be shown."""
    plain = name.lower()
    return plain in _NAMES or plain.startswith(_PREFIXES)


def _name(pair: str) -> str:
    return pair.partition("=")[0]
