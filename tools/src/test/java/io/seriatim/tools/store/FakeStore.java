package io.seriatim.tools.store;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.airlift.compress.v3.snappy.SnappyJavaDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;

/// A store that answers as the test says. Its memory of what it took is what the test looks at.
public final class FakeStore implements AutoCloseable {
    /// The body of an answer that does not come.
    public static final String STUCK = "stuck";

    private final HttpServer server;
    private final ConcurrentLinkedDeque<Answer> script = new ConcurrentLinkedDeque<>();
    private final ConcurrentLinkedQueue<Request> requests = new ConcurrentLinkedQueue<>();
    private volatile Function<byte[], Answer> judge = _ -> new Answer(204, "", Map.of());

    /// An answer.
    public record Answer(int status, String body, Map<String, String> headers) {
        public static Answer of(int status) {
            return new Answer(status, "because of " + status, Map.of());
        }
    }

    /// @param body unpacked
    public record Request(Map<String, String> headers, byte[] body, int status, long atNs) {}

    public FakeStore() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
        final byte[] body = unpacked(exchange.getRequestBody().readAllBytes(), headers.get("Content-Encoding"));
        final Answer next = script.pollFirst();
        final Answer answer = next == null ? judge.apply(body) : next;
        requests.add(new Request(headers, body, answer.status(), System.nanoTime()));
        answer.headers().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
        final byte[] text = answer.body().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        exchange.sendResponseHeaders(answer.status(), answer.status() == 204 ? -1 : text.length);
        if (answer.body().equals(STUCK)) {
            return; // the answer has a header, and never ends
        }
        if (answer.status() != 204) {
            exchange.getResponseBody().write(text);
        }
        exchange.close();
    }

    private static byte[] unpacked(byte[] packed, String encoding) throws IOException {
        if ("gzip".equals(encoding)) {
            return new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes();
        }
        final SnappyJavaDecompressor snappy = new SnappyJavaDecompressor();
        final byte[] unpacked = new byte[snappy.getUncompressedLength(packed, 0)];
        snappy.decompress(packed, 0, packed.length, unpacked, 0, unpacked.length);
        return unpacked;
    }

    /// What the next requests are answered; then the judge decides.
    public void next(Answer... answers) {
        script.addAll(List.of(answers));
    }

    public void judge(Function<byte[], Answer> judge) {
        this.judge = judge;
    }

    public List<Request> requests() {
        return new ArrayList<>(requests);
    }

    public List<byte[]> taken() {
        return requests().stream()
                .filter(request -> request.status() / 100 == 2)
                .map(Request::body)
                .toList();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url(StoreUrl.Protocol protocol) {
        return protocol + "+http://127.0.0.1:" + port();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
