package io.seriatim.tools.serve;

/// What can be read from the server: whether it lives, whether it is ready, its metrics, and a page for people.
final class Pages {
    /// Green while requests are welcome.
    static final String READY = "/-/ready";

    /// Green while the log can be written.
    static final String HEALTHY = "/-/healthy";

    private static final int HTTP_OK = 200;

    private final Health health;
    private final ServeMetrics metrics;
    private final StatusPage status;

    Pages(Health health, ServeMetrics metrics, StatusPage status) {
        this.health = health;
        this.metrics = metrics;
        this.status = status;
    }

    /// @param accept what types the client takes, or null
    /// @return what is at a path, or null
    HttpAnswer at(String path, String accept) {
        return switch (path) {
            case READY -> state(health.unreadiness(), "ready");
            case HEALTHY -> state(health.illness(), "healthy");
            case "/metrics" -> metrics.scrape(accept);
            case "/" -> status.draw();
            default -> null;
        };
    }

    private static HttpAnswer state(String trouble, String good) {
        return trouble == null ? HttpAnswer.text(HTTP_OK, good) : HttpAnswer.text(Refusal.UNAVAILABLE.http(), trouble);
    }
}
