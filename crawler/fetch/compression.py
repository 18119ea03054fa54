"""Scrapy's decompression with its limit, a bomb being its own failure and not a silently ignored request."""

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from blocklist.model import Failure
from crawler.fetch.failures import VisitError


class BoundedDecompression(HttpCompressionMiddleware):
    """gzip, deflate, brotli and zstd up to ``DOWNLOAD_MAXSIZE`` decompressed bytes."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override] # no spider
        """Give ``response`` the body a browser would see; raises VisitError for a bomb or a broken stream."""
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise VisitError(Failure.TOO_LARGE, "body larger than allowed when decompressed") from error
        except Exception as error:  # zlib, brotli, zstd and gzip each raise their own
            raise VisitError(
                Failure.MALFORMED, f"the body does not decompress: {type(error).__name__}"
            ) from error
