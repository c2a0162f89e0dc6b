"""All that a mail says is read: whatever its parts, its page, its charset and its addresses are like."""

import base64

import pytest

from ruoshui.channels.mail.charsets import text_in
from ruoshui.channels.mail.letters import read_letter
from ruoshui.channels.mail.said import short_name
from ruoshui.channels.mail.trust import judge
from ruoshui.channels.mail.words import host_of, text_of_html
from tests.channels.conftest import mail

HEAD = b"From: Lu Han <lu@kunde.example>\nTo: service@bank.example\nMessage-ID: <w@kunde.example>\nSubject: s\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4


def parted(*parts, kind="mixed", boundary="cut"):
    """A mail of parts: (head, body) each."""
    begin = f'Content-Type: multipart/{kind}; boundary="{boundary}"\n'.encode()
    return HEAD + begin + b"\n" + inner(*parts, boundary=boundary)


def inner(*parts, boundary):
    pieces = [f"--{boundary}\n{head}\n\n{body}\n" for head, body in parts]
    return ("".join(pieces) + f"--{boundary}--\n").encode()


PLAIN, HTML = "Content-Type: text/plain; charset=utf-8", "Content-Type: text/html; charset=utf-8"
PDF = "Content-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf"


@pytest.mark.parametrize(
    ("raw", "text", "files"),
    [
        (parted((HTML, "<p>the card is gone</p>"), (PLAIN, "checked by a gateway")), "the card is gone\n\nchecked by a gateway", []),
        (parted((PLAIN, "first"), (PDF, "%PDF-1"), (PLAIN, "second"), (HTML, "<b>third</b>")), "first\n\nsecond\n\nthird", ["a.pdf"]),
        (parted((PLAIN, "same words"), (HTML, "<p>same  words</p>")), "same words", []),
        (parted((PLAIN, "said plainly"), (HTML, "<p>said plainly</p>"), kind="alternative"), "said plainly", []),
        (
            parted((PLAIN, "Your program shows no HTML."), (HTML, "<p>" + "the meter is broken, " * 9 + "</p>"), kind="alternative"),
            ("the meter is broken, " * 9).strip() + "\n\nYour program shows no HTML.",
            [],
        ),
        (parted((PLAIN, ""), (HTML, "<p>only here</p>"), kind="alternative"), "only here", []),
        (HEAD + b"Content-Type: text/plain; name=note.txt\nContent-Disposition: inline; filename=note.txt\n\nstop the card", "stop the card", []),
        (parted((PLAIN + "; name=a.txt", "named words")), "named words", ["a.txt"]),
        (parted((PLAIN + "\nContent-Disposition: attachment; filename=all.txt", "all of it")), "all of it", ["all.txt"]),
        (parted((PLAIN, "see"), (PLAIN + "\nContent-Disposition: attachment; filename=log.txt", "line")), "see", ["log.txt"]),
        (HEAD + b'Content-Type: multipart/mixed; boundary="two\n words"\n\n--two words\n\nfolded\n--two words--\n', "folded", []),
        (HEAD + b"Content-Type: multipart/mixed\n\n--x1\nContent-Type: text/plain\n\nno boundary named\n--x1--\n", "no boundary named", []),
        (HEAD + b"Content-Type: multipart/mixed; boundary=a\n\n--b\nContent-Type: text/html\n\n<i>another one</i>\n--b--\n", "another one", []),
        (HEAD + b"Content-Type: multipart/mixed; boundary=a\n\nno parts at all\n", "no parts at all", []),
        (HEAD + b"Content-Type: multipart/mixed\n\nno parts at all\n", "no parts at all", []),
        (parted(("Content-Type: text/markdown", "*a*"), ("Content-Type: text/enriched", "<bold>b</bold>")), "*a*\n\nb", []),
    ],
)  # fmt: skip
def test_all_that_is_said_in_line_is_read_in_its_order(raw, text, files):
    letter = read_letter(raw)
    assert (letter.text, [part.name for part in letter.parts]) == (text, files)


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<table><tr><td>Sum</td><td>70</td><td>3</td></tr><tr><th>a</th><th>b</th></tr></table>", "Sum 70 3\n\na b"),
        ("<p>x</p><pre>one\n  two\n\nfour</pre>y   z", "x\n\none\n  two\n\nfour\ny z"),
        ('<div style="white-space: pre-wrap">one\ntwo</div>three\nfour', "one\ntwo\nthree four"),
        ('<a href="https://shop.example/x?y">our shop</a>', "our shop (shop.example)"),
        ('<a href="https://shop.example/x">https://shop.example/x</a>', "https://shop.example/x"),
        ('<a href="mailto:a@b.cn?subject=x">write</a> or <a href="tel:+8610">call</a>', "write (a@b.cn) or call (+8610)"),
        ('<a href="#top">up</a> <a href="https://shop.example"><img src="x"></a>end', "up end"),
        ("<font>" * 2000 + "deep down", "deep down"),
        ("<div>" * 2000 + "deep down", "deep down"),
        ("<!-- begun and not ended <p>words", "begun and not ended\nwords"),
        ("<style>p {}</style><script>run()</script><title>t</title>seen<style>never ended", "seennever ended"),
        ("1 < 2 and 3 <4", "1 < 2 and 3 <4"),
        ('<p title="a > b">quoted</p><p title="open>lost?</p>', "quoted\n\nlost?"),
        ("&lt;b&gt; &amp; &#x41; &#99999999999;", "<b> & A �"),
        ("<blockquote>old<br>older</blockquote>new", "> old\n> older\nnew"),
    ],
)  # fmt: skip
def test_a_page_says_what_its_reader_sees(page, text):
    assert text_of_html(page) == text


def test_a_page_with_a_picture_of_eleven_megabytes_in_it_keeps_words_and_picture():
    picture = base64.b64encode(PNG * 11_000).decode()
    page = f'<p>before</p><img src="data:image/png;base64,{picture}"><p>after it</p>'
    letter = read_letter(HEAD + HTML.encode() + b"\n\n" + page.encode())
    (part,) = letter.parts
    assert (letter.text, part.name, part.content_type, part.content == PNG * 11_000) == (
        "before\n\nafter it", "picture-1.png", "image/png", True,
    )  # fmt: skip


@pytest.mark.parametrize(
    "address",
    [
        "http://evil.example/x", "HTTPS://user@Evil.Example:8080", "//evil.example", "http:\\\\evil.example/", "h\nttp://evil.example",
        "http://ev%69l.example.", "http://evil.example?x", "http://evil.example",
    ],
)  # fmt: skip
def test_a_link_is_judged_by_where_it_leads_not_by_what_it_says(address):
    page = f'<a href="{address}">https://bank.example</a>'
    letter = read_letter(HEAD + HTML.encode() + b"\n\n" + page.encode())
    assert judge(letter, server="", blocked_hosts=["evil.example"]).reasons == ("link:evil.example",)


def test_a_blocked_host_in_another_alphabet_is_known_in_both_spellings():
    assert host_of("http://例子.example/") == host_of("http://xn--fsqu00a.example")
    letter = read_letter(mail("see http://例子.example/a"))
    assert judge(letter, server="", blocked_hosts=["例子.example"]).reasons == ("link:xn--fsqu00a.example",)


def coded(text, charset="utf-8"):
    return f"=?{charset}?B?{base64.b64encode(text.encode(charset)).decode()}?="


@pytest.mark.parametrize(
    ("field", "name", "address"),
    [
        (f"{coded('Groß, Anna')} <anna@k.example>", "Groß, Anna", "anna@k.example"),
        (f"{coded('赵六[水务]')} <z6@k.example>", "赵六[水务]", "z6@k.example"),
        (f"{coded('赵六(水务)', 'gb18030')} <z6@k.example>", "赵六(水务)", "z6@k.example"),
        (f'"{coded("赵六")}" <z6@k.example>', "赵六", "z6@k.example"),
        ("赵六[水务] <z6@k.example>", "赵六[水务]", "z6@k.example"),
        ("Groß, Anna <anna@k.example>", "Groß, Anna", "anna@k.example"),
        ('"Wright, \\"Em\\" Emma" <emma@k.example>', 'Wright, "Em" Emma', "emma@k.example"),
        ("emma@k.example (Emma Wright)", "Emma Wright", "emma@k.example"),
        ("One <one@k.example>, Two <two@k.example>", "One", "one@k.example"),
        (f"R <{'q' * 80}@relay.example>", "R", f"{'q' * 80}@relay.example"),
        ("李四 <李四@例子.example>", "李四", "李四@例子.example"),
        ('"boss@bank.example" <thief@k.example>', "boss@bank.example", "thief@k.example"),
        ("Emma <mailto:emma@k.example>", "Emma", "emma@k.example"),
        ('"never ended <emma@k.example>', "never ended", "emma@k.example"),
    ],
)
def test_names_and_addresses_are_read_as_they_are_written(field, name, address):
    letter = read_letter(f"From: {field}\nTo: service@bank.example\n\nx".encode())
    assert (letter.sender_name, letter.sender) == (name, address)


def test_of_two_senders_the_first_is_answered():
    letter = read_letter(b"From: A <one@k.example>\nFrom: B <two@k.example>\n\nx")
    assert (letter.sender, letter.sender_name) == ("one@k.example", "A")


@pytest.mark.parametrize(
    ("field", "answers", "sender", "elsewhere"),
    [
        ("Form <no-reply@bank.example>", "Xu <xu@k.example>", ("xu@k.example", "Xu"), ""),
        ("Form <do.not.reply@bank.example>", "xu@k.example", ("xu@k.example", ""), ""),
        ("'Xu' via Help <help@bank.example>", "Xu <xu@k.example>", ("xu@k.example", "Xu"), ""),
        ("Form <no-reply@bank.example>", "noreply@bank.example", ("no-reply@bank.example", "Form"), "noreply@bank.example"),
        ("Xu <xu@k.example>", "office@k.example", ("xu@k.example", "Xu"), "office@k.example"),
    ],
)  # fmt: skip
def test_who_a_form_or_a_list_writes_for_is_the_sender(field, answers, sender, elsewhere):
    letter = read_letter(f"From: {field}\nReply-To: {answers}\n\nx".encode())
    assert ((letter.sender, letter.sender_name), letter.reply_to) == (sender, elsewhere)


SIMPLE = "您好，我家的电费比上个月高一倍，请核对。"
TRADITIONAL = "您好，請幫我查詢本月的水費帳單，謝謝。"
JAPANESE = "電気の料金を確認してください。"
KOREAN = "안녕하세요 지난달 요금을 다시 확인해 주세요"
RUSSIAN = "Добрый день, проверьте счёт за март"


@pytest.mark.parametrize(
    ("text", "charset", "labels"),
    [
        (SIMPLE, "gb18030", ("", "us-ascii", "utf-8", "iso-8859-1", "iso-8859-15", "big5", "no-such")),
        (TRADITIONAL, "big5", ("", "us-ascii", "utf-8", "iso-8859-1", "gb2312", "windows-1250")),
        (TRADITIONAL, "gbk", ("", "utf-8", "gb2312")),
        (JAPANESE, "shift_jis", ("", "utf-8", "gb2312")),
        (JAPANESE, "euc_jp", ("", "us-ascii", "gb2312")),
        (KOREAN, "cp949", ("", "us-ascii", "euc-kr")),
        (RUSSIAN, "koi8_r", ("", "us-ascii", "iso-8859-1")),
        (RUSSIAN, "cp1251", ("", "us-ascii", "windows-1251")),
        ("Änderung für Äpfel, “so” – ja", "cp1252", ("", "utf-8", "gb2312", "iso-8859-15")),
        ("电费", "gbk", ("",)),
    ],
)  # fmt: skip
def test_a_text_is_read_in_the_charset_that_it_is_in(text, charset, labels):
    assert [text_in(text.encode(charset), label) for label in labels] == [text] * len(labels)


def test_a_page_that_names_its_charset_itself_is_believed():
    page = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-2"></head>Žluťoučký kůň'
    raw = HEAD + b"Content-Type: text/html\n\n" + page.encode("iso-8859-2")
    assert read_letter(raw).text == "Žluťoučký kůň"


def test_one_bad_byte_costs_itself_and_no_more():
    spoilt = SIMPLE.encode("gb18030")[:10] + b"\xff" + SIMPLE.encode("gb18030")[10:]
    assert (text_in(spoilt, "gb2312").startswith("您好，我家"), text_in(spoilt, "gb2312").endswith("请核对。")) == (
        True,
        True,
    )


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("a" * 200 + ".pdf", "a" * 156 + ".pdf"),
        ("账" * 200 + ".xlsx", "账" * 155 + ".xlsx"),
        ("a.pdf", "a.pdf"),
        ("a" * 200, "a" * 160),
        ("a." + "b" * 200, "a." + "b" * 158),
    ],
)
def test_a_long_name_is_cut_before_its_ending(name, short):
    assert short_name(name) == short
