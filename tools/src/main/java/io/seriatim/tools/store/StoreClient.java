package io.seriatim.tools.store;

import io.seriatim.tools.CannotRunException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Posts requests to one store, without following it elsewhere: a token would go with them.
final class StoreClient implements AutoCloseable {
    private static final int MOST_TOKEN_BYTES = 4096;
    private static final int MOST_ANSWER_BYTES = 1 << 20;
    private static final String USER_AGENT = "seriatim";

    private final StoreUrl url;
    private final StoreAccess access;
    private final HttpClient client;

    /// What came back.
    ///
    /// @param retryAfter what the store asks to wait, or null
    record Reply(int status, byte[] body, Duration retryAfter) {}

    /// @throws CannotRunException if the certificates or the token cannot be read
    StoreClient(StoreUrl url, StoreAccess access) {
        this.url = url;
        this.access = access;
        if (access.token() != null) {
            try {
                token();
            } catch (IOException failure) {
                throw new CannotRunException(failure.getMessage());
            }
        }
        final HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(access.timeout());
        client = (access.ca() == null ? builder : builder.sslContext(trusting(access.ca()))).build();
    }

    Reply post(byte[] body, String... headers) throws IOException, InterruptedException {
        final HttpRequest.Builder request = HttpRequest.newBuilder(url.uri())
                .headers(headers)
                .header("User-Agent", USER_AGENT)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        for (final Map.Entry<String, String> header : access.headers().entrySet()) {
            request.setHeader(header.getKey(), header.getValue());
        }
        if (access.token() != null) {
            request.setHeader("Authorization", "Bearer " + token());
        }
        final HttpResponse<byte[]> answer = send(request.build());
        final String retryAfter = answer.headers().firstValue("Retry-After").orElse(null);
        return new Reply(answer.statusCode(), answer.body(), retryAfter(retryAfter, Instant.now()));
    }

    /// A request's own time-out ends with the header of the answer; this one with its last byte.
    private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        final CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(
                request,
                HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MOST_ANSWER_BYTES));
        try {
            return answer.get(access.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            throw new HttpTimeoutException(
                    "no answer within " + access.timeout().toMillis() + " ms");
        } catch (ExecutionException failure) {
            throw failure.getCause() instanceof IOException known ? known : new IOException(failure.getCause());
        } finally {
            answer.cancel(true); // nothing if it is complete
        }
    }

    /// @param header seconds or a date, as HTTP has it, or null
    /// @return null if it says nothing
    static Duration retryAfter(String header, Instant now) {
        if (header == null) {
            return null;
        }
        try {
            final Duration asked = header.matches("\\d{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(header))
                    : Duration.between(
                            now,
                            ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
            return asked.isNegative() ? Duration.ZERO : asked;
        } catch (DateTimeException _) {
            return null;
        }
    }

    private String token() throws IOException {
        final Path file = access.token();
        final String token;
        try (InputStream in = Files.newInputStream(file)) {
            token = new String(in.readNBytes(MOST_TOKEN_BYTES), StandardCharsets.ISO_8859_1).strip();
        } catch (IOException failure) {
            throw new IOException("cannot read the token: file=" + file + " cause=" + failure, failure);
        }
        if (!token.matches("[\\x21-\\x7e]+")) {
            throw new IOException(
                    "a token is printable ASCII without spaces: file=" + file + " characters=" + token.length());
        }
        return token;
    }

    private static SSLContext trusting(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            final KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (final Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + number++, one);
            }
            if (number == 0) {
                throw new CannotRunException("no certificate in PEM: file=" + file);
            }
            final TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            final SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException failure) {
            throw new CannotRunException("cannot read certificates: file=" + file + " cause=" + failure);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
