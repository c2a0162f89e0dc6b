"""A browser in two words that its owner knows again: "Firefox, Windows"."""

# In this order: each later one also calls itself by the names before it or after it.
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("wxwork", "WeCom"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str) -> str:
    """Of anything else its first twenty printable characters; "?" of nothing."""
    found = [next((name for mark, name in names if mark in user_agent[:500]), "") for names in (BROWSERS, SYSTEMS)]
    known = ", ".join(filter(None, found))
    return known or "".join(filter(str.isprintable, user_agent))[:20].strip() or "?"
