"""Real calls on loopback: SIPp calls SIPp through Kamailio, which tells us of each by signed calls."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.running import Stack, free_port, stack, until

pytestmark = [
    pytest.mark.stack,
    pytest.mark.slow,
    pytest.mark.skipif(not (shutil.which("kamailio") and shutil.which("sipp")), reason="no Kamailio and SIPp here"),
]
SECRET, CALLS, MISSED = "s3cret", 5, 2
SET_UP = """
import django; django.setup()
from django.utils import timezone
from ruoshui.channels.models import Exchange, Extension
from ruoshui.core.actors import SYSTEM
from ruoshui.core.configuring import configure
from ruoshui.organization.models import Staff, Unit
values = dict(code="sip", kind="signed", name_zh="总机", unit=Unit.objects.get(code="city"), type="enquiry")
exchange = configure(Exchange(), values, by=SYSTEM, at=timezone.now())
configure(Extension(), dict(exchange=exchange, number="801", staff=Staff.objects.get(username="chen")), by=SYSTEM, at=timezone.now())
"""
TELL = """
import hashlib, hmac, json, sys, time, urllib.request
event, call, number, extension = sys.argv[1:5]
body = json.dumps({"event": event, "call": call, "number": number, "extension": extension}).encode()
moment = int(time.time())
signed = hmac.new(b"%(secret)s", b"%%d." %% moment + body, hashlib.sha256).hexdigest()
headers = {"Content-Type": "application/json", "X-Ruoshui-Signature": f"t={moment},v1={signed}"}
urllib.request.urlopen(urllib.request.Request("%(url)s/in/exchanges/sip", body, headers), timeout=10).close()
"""
# What any exchange does that can run a command: ring, answer and hang-up are told as they happen.
KAMAILIO = """
debug=0
log_stderror=yes
fork=yes
children=4
listen=udp:127.0.0.1:%(port)d
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "siputils.so"
loadmodule "textops.so"
loadmodule "exec.so"
request_route {
    if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
    if (has_totag()) {
        if (is_method("BYE")) exec_cmd("%(tell)s hangup '$ci' '$fU' 801");
        loose_route();  # SIPp's telephone sends no Record-Route back: whatever comes goes to it
        $du = $null;
        $ru = "sip:801@127.0.0.1:%(phone)d";
        t_relay();
        exit;
    }
    if (is_method("CANCEL")) { exec_cmd("%(tell)s hangup '$ci' '$fU' 801"); if (t_check_trans()) t_relay(); exit; }
    record_route();
    if (is_method("INVITE")) { t_newtran(); exec_cmd("%(tell)s ring '$ci' '$fU' '$rU'"); t_on_reply("ANSWERED"); t_on_failure("FAILED"); }
    $ru = "sip:801@127.0.0.1:%(phone)d";
    t_relay();
}
onreply_route[ANSWERED] { if (status == "200" && is_method("INVITE")) exec_cmd("%(tell)s answer '$ci' '$fU' 801"); }
failure_route[FAILED] { exec_cmd("%(tell)s hangup '$ci' '$fU' 801"); }
"""
CALLER = """<?xml version="1.0" encoding="UTF-8" ?><scenario name="caller">
<send retrans="500"><![CDATA[
INVITE sip:801@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:1390000[call_number]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:801@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: sip:caller@[local_ip]:[local_port]
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv response="100" optional="true"/><recv response="180" optional="true"/>%(rest)s</scenario>"""
ANSWERED = """<recv response="200" rrs="true"/>
<send><![CDATA[
ACK sip:801@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From: <sip:1390000[call_number]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:801@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send><pause milliseconds="1200"/>
<send retrans="500"><![CDATA[
BYE sip:801@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From: <sip:1390000[call_number]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:801@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 2 BYE
Max-Forwards: 70
Content-Length: 0

]]></send><recv response="200"/>"""
BUSY = """<recv response="486"/>
<send><![CDATA[
ACK sip:801@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:1390000[call_number]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:801@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>"""
REFUSING = """<?xml version="1.0" encoding="UTF-8" ?><scenario name="busy"><recv request="INVITE"/>
<send><![CDATA[
SIP/2.0 486 Busy Here
[last_Via:]
[last_From:]
[last_To:];tag=[pid]b[call_number]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send><recv request="ACK"/></scenario>"""


@pytest.fixture(scope="module")
def running():
    with stack() as found:
        found.kill("serve")
        found.environment["RUOSHUI_EXCHANGE_SIP_SECRET"] = SECRET
        subprocess.run([sys.executable, "-c", SET_UP], env=found.environment, check=True)
        found.start("serve")
        yield found


@pytest.fixture(scope="module")
def ports(running: Stack, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sip")
    proxy, phone = free_port(), free_port()
    (folder / "tell.py").write_text(TELL % {"secret": SECRET, "url": running.url})
    tell = f"{sys.executable} {folder / 'tell.py'}"
    (folder / "kamailio.cfg").write_text(KAMAILIO % {"port": proxy, "phone": phone, "tell": tell})
    server = subprocess.Popen(
        ["kamailio", "-DD", "-E", "-f", str(folder / "kamailio.cfg"), "-P", str(folder / "pid"), "-Y", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=(folder / "log").open("wb"),
    )
    time.sleep(2)
    assert server.poll() is None, (folder / "log").read_text()[-2000:]
    yield folder, proxy, phone
    server.terminate()
    server.wait(10)


def called(ports, number: int, phone_scenario: list[str], rest: str) -> None:
    """So many calls, one after the other, through the proxy."""
    folder, proxy, phone = ports
    Path(folder / "caller.xml").write_text(CALLER % {"rest": rest})
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    telephone = subprocess.Popen(["sipp", *phone_scenario, "-i", "127.0.0.1", "-p", str(phone), "-bg"], **quiet)
    telephone.wait(10)
    try:
        caller = ["sipp", f"127.0.0.1:{proxy}", "-sf", "caller.xml", "-i", "127.0.0.1", "-p", str(free_port())]
        limits = ["-m", str(number), "-l", "1", "-r", "2", "-timeout", "60", "-nostdin", "-trace_err"]
        done = subprocess.run([*caller, *limits], check=False, timeout=90, **quiet)
        errors = "".join(path.read_text()[-1500:] for path in folder.glob("caller_*_errors.log"))
        assert done.returncode == 0, f"SIPp ended with {done.returncode}: {errors}"
    finally:
        subprocess.run(["pkill", "-f", f"sipp .*-p {phone}"], check=False)
        time.sleep(0.5)


def test_real_calls_ring_are_answered_and_end(running: Stack, ports):
    called(ports, CALLS, ["-sn", "uas"], ANSWERED)
    ended = "SELECT count(*) FROM channels_call WHERE state = 'ended' AND answered_at IS NOT NULL"
    until(lambda: running.sql(ended) == [(CALLS,)], 20)
    rows = running.sql("SELECT number, extension, ended_at - answered_at >= '1 second' FROM channels_call ORDER BY id")
    assert rows == [(f"1390000{n}", "801", True) for n in range(1, CALLS + 1)]


def test_real_calls_that_find_it_busy_are_missed_and_called_back(running: Stack, ports):
    (ports[0] / "busy.xml").write_text(REFUSING)
    called(ports, MISSED, ["-sf", "busy.xml"], BUSY)
    missed = "SELECT count(*) FROM channels_call WHERE state = 'missed'"
    until(lambda: running.sql(missed) == [(MISSED,)], 20)
    owed = running.sql("SELECT count(*) FROM channels_callback WHERE state = 'waiting' AND number LIKE '1390000%'")
    assert owed == [(MISSED,)]
