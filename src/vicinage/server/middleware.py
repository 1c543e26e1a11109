"""What every answer carries, and how an error of ours becomes an answer."""

from django.http import HttpRequest, HttpResponseBase
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


class Problems(MiddlewareMixin):
    """Answers an error that a view let through.

    Innermost, and synchronous only: so Django runs the whole chain in one thread, instead of changing
    between loop and thread at each of its members.
    """

    async_capable = False

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """A page or problem details; None for what is not an error of ours."""
        return errors.answer(request, exception) if isinstance(exception, VicinageError) else None
