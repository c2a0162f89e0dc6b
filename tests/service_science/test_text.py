"""Texts: classes learned, copies found as by comparing all with all, issues that rise and no others."""

import random

import pytest

from service_science.text import HotIssues, near_duplicates, pieces, plain, train

TOPICS = {
    "支付": ["转账失败", "扣款两次", "余额不对", "退款没有到账", "银行卡刷不了"],
    "网络": ["宽带断网", "网速很慢", "路由器连不上", "信号不好", "上不了网"],
    "电力": ["停电很久", "电表不准", "电费太高", "变压器有噪音", "线路老化"],
    "card": ["card was swallowed", "new card please", "card blocked abroad", "lost my card", "card fee"],
}
TAILS = ["请尽快处理", "已经三天了", "打电话没人接", "在人民路小区", "谢谢", "希望给个说法", "since monday please help"]


def letters(number: int, seed: int = 1):
    rng = random.Random(seed)
    labels = [rng.choice(list(TOPICS)) for _letter in range(number)]
    return [rng.choice(TOPICS[label]) + "，" + "，".join(rng.sample(TAILS, 3)) for label in labels], labels


def test_classes_are_learned_in_both_languages():
    texts, labels = letters(240)
    model = train(texts[:200], labels[:200])
    found = [model.classify(text) for text in texts[200:]]
    assert [one.label for one in found] == labels[200:]
    assert all(0.5 < one.confidence <= 1 and one.next_label != one.label for one in found)


def test_single_texts_and_many_are_judged_alike():
    texts, labels = letters(120)
    model = train(texts, labels)
    best = model.margins(texts).argmax(axis=1)
    assert [model.classify(text).label for text in texts] == [model.labels[i] for i in best]


def test_a_text_of_unknown_words_is_not_claimed_to_be_sure():
    texts, labels = letters(120)
    assert train(texts, labels).classify("𓀀𓀁").confidence < 0.7


def test_full_width_capitals_and_marks_make_no_difference():
    assert plain("ＡＢＣ，１２３！ 停 电") == "abc123停电"
    assert pieces("Ａ电。") == ["电", " a"]


def jaccard(one: str, other: str) -> float:
    a, b = ({text[i : i + 3] for i in range(len(text) - 2)} for text in (plain(one), plain(other)))
    return len(a & b) / len(a | b)


def test_copies_are_found_as_by_comparing_all_with_all():
    rng = random.Random(4)
    signs = [chr(0x4E00 + i) for i in range(3000)]
    texts = ["".join(rng.choices(signs, k=90)) for _text in range(150)]
    for i in range(60):
        changed = list(texts[i])
        for at in rng.sample(range(90), (i % 3) * 3 + 2):
            changed[at] = rng.choice(signs)
        texts.append("".join(changed))
    truth = {
        (i, j): jaccard(texts[i], texts[j])
        for i in range(len(texts))
        for j in range(i + 1, len(texts))
        if jaccard(texts[i], texts[j]) >= 0.4
    }
    found = near_duplicates(texts)
    pairs = [tuple(pair) for pair in found.pairs.tolist()]
    assert set(pairs) <= set(truth)
    assert len(pairs) >= 0.95 * len(truth)
    assert found.similarity == pytest.approx([truth[pair] for pair in pairs])


def test_groups_join_chains_and_leave_empty_texts_alone():
    base = "请问如何申请信用卡需要哪些材料可以在网上办理吗谢谢您的帮助"
    found = near_duplicates([base, "", base + "！", "完全不同的另一封信讲的是停电的事情", "", base + "。"])
    assert found.groups == ((0, 2, 5),)


def test_a_rising_issue_is_told_and_the_usual_ones_are_not():
    stream, rng = HotIssues(window=2.0, half_life=30.0, least=5), random.Random(2)
    for day in range(60):
        for i, text in enumerate(letters(12, seed=day)[0]):
            stream.add((day, i), text, at=float(day))
    assert stream.top(now=59.5) == []
    for i in range(9):
        stream.add(("new", i), f"{rng.choice(TAILS)}自来水发黄有异味{rng.choice(TAILS)}", at=60.0)
    found = stream.top(now=60.5)
    assert [(issue.phrase, len(issue.texts)) for issue in found] == [("自来水发黄有异味", 9)]
    assert found[0].expected < 1 < found[0].strength


def test_what_was_an_issue_becomes_usual_and_the_rare_is_forgotten(monkeypatch):
    monkeypatch.setattr("service_science.text.hot.ROOM", 200)
    stream = HotIssues(window=1.0, half_life=10.0, least=3)
    for day in range(40):
        for i in range(4):
            stream.add((day, i), "自来水发黄有异味" + chr(0x5000 + day * 9 + i), at=float(day))
    assert stream.top(now=39.2) == []
    assert len(stream._phrases) < 400
