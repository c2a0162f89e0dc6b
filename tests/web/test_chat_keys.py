"""One message a key and its words: what is sent again is there once, what was corrected is not thrown away."""

import re

from ruoshui.channels.models import Line, LineKind, TextIn

KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"


def test_other_words_under_the_same_key_are_another_message_and_the_same_are_the_same(client, demo):
    line = Line.objects.filter(kind=LineKind.CHAT, is_active=True).first() or Line.objects.create(
        code="chat", name_zh="在线客服", kind=LineKind.CHAT, unit=demo.units["city"], type="enquiry"
    )
    page = client.get(f"/chat/{line.code}").content.decode()
    token = re.findall(r'data-token="([^"]+)"', page)[0]
    for words in ("My number ends in 11", "My number ends in 11", "Sorry: in 22"):
        said = client.post(f"/chat/{line.code}/say", {"key": KEY, "text": words}, headers={"X-Chat-Token": token})
        assert said.status_code == 200
    assert list(TextIn.objects.order_by("pk").values_list("text", flat=True)) == [
        "My number ends in 11",
        "Sorry: in 22",
    ]
