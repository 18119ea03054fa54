"""Files that speak to web servers and robots: ``_headers`` for static hosts, and ``robots.txt``."""

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""One stylesheet, one picture, and on the look-up page its script; the others' own policy refuses scripts."""

_HEADERS = f"""\
/*
  Content-Security-Policy: {CSP}
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
  Permissions-Policy: interest-cohort=()
/static/*
  Cache-Control: public, max-age=86400
/lookup/*
  Cache-Control: public, max-age=300
/list/*
  X-Robots-Tag: noindex, nofollow
  Cache-Control: public, max-age=300
  Access-Control-Allow-Origin: *
/history/*
  X-Robots-Tag: noindex, nofollow
  Access-Control-Allow-Origin: *
/history/tile/*
  Cache-Control: public, max-age=31536000, immutable
"""
# Hosts join the values of one header that two rules give, so no path is given one twice; how long pages are
# kept is left to the host, which knows when it was given new ones.

_ROBOTS = """\
User-agent: *
Disallow: /list/
Disallow: /history/
"""


def host_files() -> dict[str, bytes]:
    """Return each file's path and bytes.

    ``_headers`` is read by several static hosts as it is; for others it says what to configure. Entry pages
    stay open to robots so that these meet the pages' own ``noindex``.
    """
    return {"_headers": _HEADERS.encode(), "robots.txt": _ROBOTS.encode()}
