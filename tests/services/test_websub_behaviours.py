"""The behaviours that the W3C's test suite checks in WebSub subscribers, each with the test that proves it.

The numbers are those of websub.rocks and of the suite's report template; the others are sections of the
Recommendation, and what a callback that is open to the world must withstand.
"""

from pathlib import Path

import pytest

BEHAVIOURS = {
    "100 discovery by HTTP headers": "test_websub::test_a_pushed_entry_is_stored_without_a_poll",
    "101 discovery by HTML links": "test_feeds::test_the_hub_and_the_topic_are_found_in_every_format",
    "102 discovery by Atom links": "test_websub::test_the_hub_named_in_the_document_is_subscribed_at",
    "103 discovery by RSS links": "test_websub::test_the_hub_named_in_the_document_is_subscribed_at",
    "104 headers go before links": "test_feeds::test_links_in_the_headers_take_precedence_over_the_document",
    "1xx creates a subscription": "test_websub::test_a_pushed_entry_is_stored_without_a_poll",
    "1xx asks with a secret of fewer than 200 bytes": (
        "test_websub::test_a_subscription_request_has_the_fields_of_the_recommendation"
    ),
    "1xx asks for a lease": "test_websub::test_a_subscription_request_has_the_fields_of_the_recommendation",
    "1xx the lease that the hub grants counts": (
        "test_websub::test_a_subscription_is_renewed_before_its_lease_ends"
    ),
    "1xx the callback is unique, unguessable": "test_websub::test_callbacks_and_secrets_are_unique",
    "1xx unsubscribes": "test_websub::test_a_removed_feed_is_unsubscribed",
    "1xx verifies a valid signature": "test_push::test_every_method_of_the_specification_is_good",
    "200 the topic is rel=self": "test_websub::test_the_topic_is_the_self_link_of_the_document",
    "201 the topic answers 302": "test_websub::test_a_topic_that_redirects_is_subscribed_by_its_new_self",
    "202 the topic answers 301": "test_websub::test_a_topic_that_redirects_is_subscribed_by_its_new_self",
    "203 the hub answers 307": "test_websub::test_a_hub_that_redirects_the_request_is_followed",
    "204 the hub answers 308": "test_websub::test_a_hub_that_redirects_the_request_is_followed",
    "205 a wrong topic is not verified": (
        "test_websub::test_a_verification_of_an_unrequested_subscription_gets_a_404"
    ),
    "300 a delivery is answered 2xx": "test_websub::test_a_pushed_entry_is_stored_without_a_poll",
    "301 a wrong signature is ignored": "test_push::test_a_push_that_is_not_signed_is_ignored",
    "302 no signature is ignored": "test_push::test_a_push_that_is_not_signed_is_ignored",
    "5.2 denied: noted, and polled": (
        "test_websub::test_after_a_denial_the_hub_is_left_alone_and_the_feed_polled"
    ),
    "5.3 renewed in time, else polled": "test_websub::test_a_lease_that_is_not_renewed_ends_in_polling",
    "7 no redirects on the callback; 410 for what is gone": (
        "test_web::test_a_push_to_an_unknown_callback_is_answered_410"
    ),
    "7 answered when received, not when read": "test_push::test_a_push_is_kept_before_it_is_answered",
    "7 a part of the feed is no deletion and no gap": "test_push::test_a_push_may_be_a_part_of_the_feed",
    "a challenge is never markup": "test_web::test_a_challenge_that_a_browser_could_read_is_not_echoed",
    "a push is bounded while it is read": "test_web::test_a_push_over_the_limit_is_refused_while_it_is_read",
    "the claimed encoding is bounded too": "test_push::test_a_compressed_push_is_read_and_a_bomb_is_not",
}
WHERE = {
    "test_websub": "services/test_websub.py",
    "test_push": "services/test_push.py",
    "test_web": "web/test_websub.py",
    "test_feeds": "feeds/test_websub.py",
}


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_every_documented_websub_behaviour_has_its_test(behaviour: str) -> None:
    where, name = BEHAVIOURS[behaviour].split("::")
    assert f"def {name}(" in (Path(__file__).parents[1] / WHERE[where]).read_text(encoding="utf-8")
