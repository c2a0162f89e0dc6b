"""Mails as programs spoil them: odd parts, codings, addresses and charsets cost no word."""

import base64

import pytest

from ruoshui.channels.mail.addresses import people_in
from ruoshui.channels.mail.charsets import cut, text_in
from ruoshui.channels.mail.letters import read_letter
from ruoshui.channels.mail.trust import judge
from tests.channels.conftest import mail
from tests.channels.test_mail_words import HEAD, HTML, PDF, PLAIN, inner, parted

LONG_HTML = "<p>我家的电表从上周起一直在转，请派师傅来看看，地址是城北路九号二单元，电话下午能接。</p>"


def alternative(*parts):
    return parted(*parts, kind="alternative")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (alternative((PLAIN, "您的邮件程序不支持网页"), (HTML, LONG_HTML)), LONG_HTML[3:-4] + "\n\n您的邮件程序不支持网页"),
        (alternative((PLAIN, "Dear bank, my card"), (HTML, "<p>Dear bank, my card</p><p>was taken at the station this morning, block it</p>")), "Dear bank, my card\n\nwas taken at the station this morning, block it"),
        (alternative((PLAIN, "one"), ('Content-Type: multipart/mixed; boundary="in"', inner((HTML, "<p>one</p>"), (PDF, "%PDF"), (HTML, "<p>and a second page behind the file</p>"), boundary="in").decode())), "one\n\nand a second page behind the file"),
        (alternative((PLAIN, "Dear bank, please look at my bill of March"), (HTML, "<p>Dear bank, please look at my bill of March</p><p>and stop card 5521 before noon please</p>")), "Dear bank, please look at my bill of March\n\nand stop card 5521 before noon please"),
        (alternative((PLAIN, "Guten Tag\n" + "Ich brauche eine Rechnung. " * 20), (HTML, "<p>Guten Tag</p><p>" + "Ich brauche eine Rechnung. " * 20 + "</p><p>Bitte auch die Karte 5521 sofort sperren</p>")), "Guten Tag\n\n" + ("Ich brauche eine Rechnung. " * 20).strip() + "\n\nBitte auch die Karte 5521 sofort sperren"),
        (alternative((PLAIN, "Guten Tag\n" + "Ich brauche eine Rechnung. " * 20 + "Das steht nur hier, im einfachen Text"), (HTML, "<p>Guten Tag</p><p>" + "Ich brauche eine Rechnung. " * 20 + "</p><p>Bitte auch die Karte 5521 sofort sperren</p>")), "Guten Tag\n" + "Ich brauche eine Rechnung. " * 20 + "Das steht nur hier, im einfachen Text\n\nBitte auch die Karte 5521 sofort sperren"),
        (alternative((PLAIN, "请查账单。" + "谢谢你们。" * 20), (HTML, "<p>请查账单。" + "谢谢你们。" * 20 + "</p><p>再停用尾号五五二一的卡</p>")), "请查账单。" + "谢谢你们。" * 20 + "\n\n再停用尾号五五二一的卡"),
        (alternative((PLAIN, "请查三月的账单，电费比平时高一倍。"), (HTML, "<p>请查三月的账单，电费比平时高一倍。</p><p>发自我的 iPhone</p>")), "请查三月的账单，电费比平时高一倍。"),
        (alternative((PLAIN, "See the page."), (HTML, "<p>Stop card 5521</p>")), "Stop card 5521\n\nSee the page."),
        (alternative((PLAIN, "我要查三月的账单，请回电。"), (HTML, "<p>我要查三月的账单，请回电。</p><p>另外请立刻停用尾号五五二一的银行卡，卡已经丢了，不是我在用它，谢谢你们帮忙。</p>")), "我要查三月的账单，请回电。\n\n另外请立刻停用尾号五五二一的银行卡，卡已经丢了，不是我在用它，谢谢你们帮忙。"),
        (alternative((PLAIN, "one line\ntwo lines\nthree of them"), (HTML, "<p>one line two lines three of them</p><p>Sent from my phone</p>")), "one line\ntwo lines\nthree of them"),
        (alternative((PLAIN, "a line that is broken\nby the program here"), (HTML, "<p>a line that is broken by the program here</p>")), "a line that is broken\nby the program here"),
        (alternative((PLAIN, "* fee: 70\n* sum: 90\nsee http://a.example/x"), (HTML, "<ul><li>fee: 70</li><li>sum: 90</li></ul><a href='http://a.example/x'>see</a>")), "* fee: 70\n* sum: 90\nsee http://a.example/x"),
        (alternative((PLAIN, "see https://shop.example/a/long/way/to/it for it"), (HTML, '<p>see <a href="https://shop.example">this</a> for it</p>')), "see https://shop.example/a/long/way/to/it for it"),
    ],
)  # fmt: skip
def test_of_versions_the_one_that_says_all_is_taken_or_both(raw, text):
    assert read_letter(raw).text == text


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ('multipart/mixed; boundary="first\n second"', "firstsecond"), ("multipart/mixed; boundary='first'", "first"),
        ('multipart/mixed (of parts); boundary="first" (so)', "first"), ('multipart/mixed; boundary="FIRST"', "first"),
        ('multipart/mixed; boundary="first\n second"', "first second"),
    ],
)  # fmt: skip
def test_a_boundary_is_found_however_it_was_folded_and_marked(kind, line):
    raw = HEAD + f"Content-Type: {kind}\n\n--{line}\n\nwords\n--{line}--\n".encode()
    assert read_letter(raw).text == "words"


@pytest.mark.parametrize(
    ("named", "line"), [("abc", "ABCdef"), ("abc", "abcdef"), ("ABC", "abc-1"), ("abc", "Abc.Def")]
)
def test_a_boundary_that_only_begins_like_the_one_that_is_named_is_found_by_what_it_is(named, line):
    head = f"Content-Type: multipart/mixed; boundary={named}\n\n--{line}\nContent-Type: text/plain\n\nwords\n--{line}\n"
    letter = read_letter(HEAD + f"{head}Content-Type: application/pdf; name=a.pdf\n\n%PDF\n--{line}--\n".encode())
    assert (letter.words, [part.name for part in letter.parts]) == ("words", ["a.pdf"])


CODED = base64.b64encode("请停卡，谢谢".encode()).decode()


@pytest.mark.parametrize(
    ("head", "body", "text"),
    [
        ("Content-Transfer-Encoding: base64 (so)", CODED, "请停卡，谢谢"),
        ('Content-Transfer-Encoding: "base64"', CODED, "请停卡，谢谢"),
        ("Content-Transfer-Encoding: base64", "please stop my card, it is gone", "please stop my card, it is gone"),
        ("Content-Transfer-Encoding: base64", "请停卡", "请停卡"),
        ("Content-Type: text/x-words", "please stop my card", "please stop my card"),
        (
            'Content-Type: multipart/mixed; boundary="b"\nContent-Transfer-Encoding: base64',
            base64.b64encode(b"--b\n\nwords\n--b--\n").decode(),
            "words",
        ),
    ],
)
def test_a_body_is_read_whatever_its_coding_is_called(head, body, text):
    assert read_letter(HEAD + f"{head}\n\n{body}\n".encode()).text == text


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ("Content-Disposition: attachment; filename=Rechnung (2).pdf", "Rechnung (2).pdf"),
        ("Content-Disposition: attachment; filename=evil (1).js", "evil (1).js"),
        ("Content-Disposition: attachment; filename=evil (1).js; size=7", "evil (1).js"),
        ("Content-Disposition: attachment; filename=bill of March.pdf", "bill of March.pdf"),
        ('Content-Disposition: attachment; filename="Rechnung (2).pdf"', "Rechnung (2).pdf"),
        ("Content-Disposition: attachment; filename=a.pdf (a bill)", "a.pdf"),
        ("Content-Disposition: attachment (a file); filename=a.pdf; size=7", "a.pdf"),
        ('Content-Disposition: attachment (a file); filename="a (1).pdf"', "a (1).pdf"),
        ("Content-Disposition: attachment; filename=账单 (2).pdf", "账单 (2).pdf"),
        ('Content-Disposition: attachment; filename="账单; (2).pdf"', "账单; (2).pdf"),
        ("Content-Disposition: attachment; filename*=utf-8''evil%20(1).js", "evil (1).js"),
        ("Content-Disposition: attachment; filename*0=evil ; filename*1=(1).js", "evil(1).js"),
        ('Content-Disposition: attachment; filename="evil (1).js', "evil (1).js"),
        ("Content-Disposition: attachment\nContent-Type: application/pdf; name=Rechnung (2).js", "Rechnung (2).js"),
        ("Content-Disposition: attachment; filename=a.js (1)", "a.js"),
    ],
)
def test_a_file_is_called_all_that_it_is_called(fields, name):
    raw = HEAD + f"MIME-Version: 1.0\n{fields}\n\nx\n".encode()
    assert [part.name for part in read_letter(raw).parts] == [name]


@pytest.mark.parametrize("name", ["evil (1).js", "evil(1).js", "evil (1) (2).exe", "(1) evil.js", "a b (c.exe"])
def test_a_program_is_one_whatever_stands_in_brackets_in_its_name(name):
    raw = HEAD + f"Content-Disposition: attachment; filename={name}\n\nx\n".encode()
    assert judge(read_letter(raw), server="").reasons == (f"program:{name}",)


LONG_CODED = base64.encodebytes(("请停卡，谢谢。我家的电表从上周起一直在转。" * 9).encode()).rstrip()


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda coded: coded.replace(b"\n", b"\r"),
        lambda coded: coded.replace(b"\n", b" \n"),
        lambda coded: coded.replace(b"\n", b" "),
        lambda coded: b"\xef\xbb\xbf" + coded,
        lambda coded: coded[:70] + b"!\r\n " + coded[70:],
        lambda coded: coded.replace(b"\n", b"!\r\n "),
        lambda coded: b"-" + coded,
        lambda coded: coded.replace(b"\n", b"\t\n"),
        lambda coded: b"> " + coded,
        lambda coded: coded.replace(b"\n", b"*\n"),
    ],
)
def test_a_coded_body_is_read_though_a_byte_of_another_kind_came_into_it(spoilt):
    raw = HEAD + PLAIN.encode() + b"\nContent-Transfer-Encoding: base64\n\n" + spoilt(LONG_CODED) + b"\n"
    assert read_letter(raw).words == "请停卡，谢谢。我家的电表从上周起一直在转。" * 9


@pytest.mark.parametrize(
    "words",
    [
        "please stop my card",
        "stop it",
        "Hello,\nplease stop my card",
        "Stop card 5521 now please it is gone since Monday",
        "我的卡 5521",
        "Ja\nbitte sperren Sie meine Karte",
    ],
)
def test_words_that_are_only_called_coded_are_read_as_they_are(words):
    raw = HEAD + PLAIN.encode() + b"\nContent-Transfer-Encoding: base64\n\n" + words.encode() + b"\n"
    assert read_letter(raw).words == words


@pytest.mark.parametrize(
    "page",
    [
        '<meta http-equiv="refresh" content="0;url=http://evil.example/">x', '<svg><a href="http://evil.example">x</a></svg>y',
        '<button formaction="http://evil.example/x">x</button>', '<p style="background: url(http://evil.example/a.png)">x</p>',
        '<object data="http://evil.example/">x</object>', '<a href="https://shop.example/?to=http%3A%2F%2Fevil.example%2F">x</a>',
        '<a href="http://evil．example/">x</a>', "<p>look at http://evil.example/x now</p>", "<p>look at evil.example/x now</p>",
        "<a href=\"javascript:go('http://evil.example')\">x</a>", "<p>evil.example</p>",
    ],
)  # fmt: skip
def test_a_blocked_host_is_found_wherever_a_page_leads_to_it(page):
    letter = read_letter(HEAD + HTML.encode() + b"\n\n" + page.encode())
    assert judge(letter, server="", blocked_hosts=["evil.example"]).reasons == ("link:evil.example",)


@pytest.mark.parametrize(
    "words",
    [
        "Go to evil.example.", "请访问evil.example", "evil.example谢谢", "（evil.example）", "去evil.example。", "evil.example, please",
        "Go to evil.example!", "evil.example/x", "evil.example:8080/x", "sub.evil.example.", "“evil.example”", "évil: evil.example…",
        "请访问www.evil.example", "请访问https://evil.example/谢谢", "Go to EVIL.EXAMPLE. Now", "goto:evil.example", "链接evil.example，谢谢",
        "evil.example?x=1", "evil.example。谢谢", "_evil.example_", "*evil.example*", "me@bank.example,evil.example", "...evil.example...",
        "请访问https://evil.example谢谢",
    ],
)  # fmt: skip
def test_a_blocked_host_is_found_in_a_text_whatever_stands_around_it(words):
    reasons = judge(read_letter(mail(words)), server="", blocked_hosts=["evil.example"]).reasons
    assert [reason.removesuffix("evil.example") in ("link:", "link:www.", "link:sub.") for reason in reasons] == [True]


@pytest.mark.parametrize(
    "words",
    [
        "write to me@evil.example",
        "notevil.example",
        "evil.example.org is fine",
        "me@evil.example.",
        "me@sub.evil.example谢谢",
        "写信给me@evil.example",
    ],
)
def test_an_address_or_a_longer_name_is_no_link_to_a_blocked_host(words):
    assert judge(read_letter(mail(words)), server="", blocked_hosts=["evil.example"]).reasons == ()


@pytest.mark.parametrize(
    ("field", "name", "address"),
    [
        ("Emma Wright emma@k.example", "Emma Wright", "emma@k.example"),
        ("Emma Wright [emma@k.example]", "Emma Wright", "emma@k.example"),
        ('"赵六" z6@k.example', "赵六", "z6@k.example"),
        ("赵六＜z6@k.example＞", "赵六", "z6@k.example"),
        ("=?utf-8?B?" + base64.b64encode("赵六 <z6@k.example>".encode()).decode() + "?=", "赵六", "z6@k.example"),
        ("emma@work, Wright <emma@k.example>", "emma@work, Wright", "emma@k.example"),
        ('"emma wright"@k.example', "", '"emma wright"@k.example'),
        ('Emma <"emma wright"@k.example>', "Emma", '"emma wright"@k.example'),
        ("Emma <emma@[192.0.2.5]>", "Emma", "emma@[192.0.2.5]"),
    ],
)
def test_addresses_of_odd_forms_are_read_with_the_name_beside_them(field, name, address):
    letter = read_letter(f"From: {field}\nTo: service@bank.example\n\nx".encode())
    assert (letter.sender_name, letter.sender) == (name, address)


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("admin@intranet, service+rs12-x@bank.example", ["admin@intranet", "service+rs12-x@bank.example"]),
        ("a@one, b@two, service@bank.example", ["a@one", "b@two", "service@bank.example"]),
        ("a@one, b@two, c@three", ["a@one", "b@two", "c@three"]),
        ("a@one; b@two; Lu <lu@bank.example>; d@four", ["a@one", "b@two", "lu@bank.example", "d@four"]),
        ("emma@work, Wright <emma@k.example>, lu@bank.example", ["emma@k.example", "lu@bank.example"]),
        ("emma@work, Wright, <emma@k.example>", ["emma@work", "emma@k.example"]),
        ("a@one, b@two <b@k.example>", ["a@one", "b@k.example"]),
        ("a@one, <b@k.example>", ["a@one", "b@k.example"]),
        ("a@one, =?utf-8?q?Wright?= <b@k.example>", ["b@k.example"]),
    ],
)
def test_addresses_of_a_house_without_a_dot_hide_none_of_those_beside_them(field, found):
    assert [one.address for one in people_in(field)] == found


GREEK, ARABIC, HEBREW, THAI = (
    "Καλημέρα, παρακαλώ ελέγξτε τον λογαριασμό μου",
    "صباح الخير، يرجى التحقق من فاتورة الكهرباء",
    "שלום, בבקשה לבדוק את החשבון שלי לחודש מרץ",
    "สวัสดีค่ะ กรุณาตรวจสอบใบแจ้งหนี้ของเดือนที่แล้ว",
)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("料金の件です".encode("iso2022_jp"), "料金の件です"),
        ("电费, please".encode("utf-16"), "电费, please"),
        ("\ufeff电费".encode(), "电费"),
        (GREEK.encode("cp1253"), GREEK),
        (ARABIC.encode("cp1256"), ARABIC),
        (HEBREW.encode("cp1255"), HEBREW),
        (THAI.encode("tis_620"), THAI),
    ],
)
def test_bytes_without_a_label_tell_their_charset_themselves(content, text):
    assert [text_in(content, label) for label in ("", "us-ascii", "utf-8")] == [text] * 3


@pytest.mark.parametrize("coding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("label", ["", "utf-16", "utf-8", "us-ascii"])
def test_half_a_letter_at_its_end_costs_a_text_no_other(coding, label):
    mark = "\ufeff".encode(coding)
    assert text_in(mark + "电费, please".encode(coding) + b"\x00", label) == "电费, please"


@pytest.mark.parametrize("coding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32", "utf-32-le"])
@pytest.mark.parametrize("most", range(40, 60))
def test_a_long_text_of_wide_letters_is_cut_between_two(coding, most):
    text = "电费 please\n上月 " * 9
    mark = b"" if coding in ("utf-16", "utf-32") else "\ufeff".encode(coding)
    found = text_in(cut(mark + text.encode(coding), most, coding), coding)
    assert "\ufffd" not in found
    assert found
    assert text.startswith(found)


def test_a_letter_of_two_halves_is_not_kept_by_half():
    text = "电费𠀀" * 9
    assert [text_in(text.encode("utf-16")[: 2 + size]) for size in (8, 7, 6)] == ["电费𠀀", "电费", "电费"]
