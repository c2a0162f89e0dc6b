"""What would make an installation unsafe without anybody noticing is refused at the start."""

from django.core.exceptions import ImproperlyConfigured


def hosts_of(named: str, public_url: str) -> list[str]:
    """The hosts we answer to. Raises ImproperlyConfigured, in words for who runs this."""
    hosts = [host.strip() for host in named.split(",") if host.strip()]
    if public_url.startswith("https://") and (not hosts or "*" in hosts):
        raise ImproperlyConfigured(
            f"RUOSHUI_PUBLIC_URL is {public_url}, but RUOSHUI_HOSTS does not say which names the web answers to: "
            "anybody could put another name into links and codes. Set RUOSHUI_HOSTS to the name in that address "
            "(several with commas; the names that machines inside use belong to it)."
        )
    return hosts or ["*"]
