"""What every answer carries, and how an error of ours becomes an answer."""

import gzip
from hashlib import sha256

from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.deprecation import MiddlewareMixin

from vicinage.errors import VicinageError
from vicinage.server import errors

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


class SecurityHeaders(MiddlewareMixin):
    """No script from elsewhere, no inline script; what a signed-in person sees is not stored."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add the headers, unless the view has set its own."""
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(self), interest-cohort=()"
        )
        if "Cache-Control" not in response.headers and self._is_personal(request):
            response.headers["Cache-Control"] = "private, no-store"
        return response

    @staticmethod
    def _is_personal(request: HttpRequest) -> bool:
        session = getattr(request, "session", None)
        return session is not None and not session.is_empty()


class Shared(MiddlewareMixin):
    """What everybody is shown alike gets a strong ETag, and is compressed for whoever takes gzip.

    An answer says so itself: "public" in its Cache-Control. No other is compressed, since the length of a
    compressed page gives away the secrets in it, such as a form's token (BREACH).
    """

    LEAST_BYTES = 600
    LEVEL = 5

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Add ETag and encoding to a whole public answer; answer 304 where the reader has it."""
        if not self._is_shared(request, response):
            return response
        assert isinstance(response, HttpResponse)  # noqa: S101 (_is_shared saw that it is whole)
        tag = response.headers.get("ETag", "").strip('"') or sha256(response.content).hexdigest()[:32]
        if len(response.content) >= self.LEAST_BYTES or getattr(response, "zipped", None):
            patch_vary_headers(response, ["Accept-Encoding"])
            if takes_gzip(request):
                zipped = getattr(response, "zipped", None)
                response.content = zipped or gzip.compress(response.content, self.LEVEL, mtime=0)
                response.headers["Content-Encoding"] = "gzip"
                response.headers["Content-Length"] = str(len(response.content))
                tag += "-gzip"  # another representation, so another strong tag
        response.headers["ETag"] = f'"{tag}"'
        answer = get_conditional_response(request, etag=response.headers["ETag"], response=response)
        return answer if answer is not None else response

    @staticmethod
    def _is_shared(request: HttpRequest, response: HttpResponseBase) -> bool:
        return (
            request.method in ("GET", "HEAD")
            and response.status_code == 200
            and not response.streaming
            and "public" in response.headers.get("Cache-Control", "")
            and "Content-Encoding" not in response.headers
            and not response.cookies
        )


def takes_gzip(request: HttpRequest) -> bool:
    """Whether the reader accepts gzip: named, or *, and not with a weight of nought. RFC 9110, 12.5.3."""
    weights: dict[str, float] = {}
    for part in request.headers.get("Accept-Encoding", "").lower().split(","):
        name, _, weight = part.partition(";")
        try:
            weights[name.strip()] = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            weights[name.strip()] = 0.0
    return weights.get("gzip", weights.get("*", 0.0)) > 0


class Problems(MiddlewareMixin):
    """Answers an error that a view let through.

    Innermost, and synchronous only: so Django runs the whole chain in one thread, instead of changing
    between loop and thread at each of its members.
    """

    async_capable = False

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """A page or problem details; None for what is not an error of ours."""
        if isinstance(exception, DataError):
            return errors.unfit(request)
        return errors.answer(request, exception) if isinstance(exception, VicinageError) else None
