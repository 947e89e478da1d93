package io.seriatim.tools.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.seriatim.wal.WalConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Certificates are made by the JDK's own keytool, so the test needs nothing else.
class ServeTlsTest {
    private static final char[] PASSWORD = "password".toCharArray();

    @TempDir
    private Path directory;

    private Serving serving;

    @BeforeEach
    void start() throws Exception {
        for (final String who : new String[] {"server", "client", "stranger"}) {
            make(who);
        }
        final InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        final Duration patience = Duration.ofSeconds(10);
        serving = new Serving(
                new ServeOptions(
                        WalConfig.at(directory.resolve("wal"))
                                .timeUnit(TimeUnit.NANOSECONDS)
                                .segmentBytes(1 << 20),
                        any,
                        any,
                        new Tls(pem("server.crt"), pem("server.key"), pem("client.crt")),
                        null,
                        true,
                        new ServeLimits(
                                1 << 20, 1 << 20, 8 << 20, 64, 64, 8, 64, 4096, 1000, 64 << 20, patience, patience,
                                patience),
                        null),
                new Journal(
                        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
                        Journal.Format.TEXT,
                        true));
    }

    @AfterEach
    void end() {
        if (serving != null) {
            serving.close();
        }
    }

    private Path pem(String name) {
        return directory.resolve(name);
    }

    private void make(String who) throws Exception {
        final Path store = pem(who + ".p12");
        final Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        who,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=" + who,
                        "-ext",
                        "SAN=dns:localhost,ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .start();
        final String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, keytool.waitFor(), said);
        final KeyStore keys = store(who);
        write(pem(who + ".key"), "PRIVATE KEY", keys.getKey(who, PASSWORD).getEncoded());
        write(pem(who + ".crt"), "CERTIFICATE", keys.getCertificate(who).getEncoded());
    }

    private KeyStore store(String who) throws Exception {
        final KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(pem(who + ".p12"))) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    private static void write(Path file, String what, byte[] der) throws IOException {
        final String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }

    /// @param who shows its certificate, or null for nobody
    private int healthAskedBy(String who) throws Exception {
        final KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", store("server").getCertificate("server"));
        final TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        final SSLContext context = SSLContext.getInstance("TLS");
        KeyManagerFactory keys = null;
        if (who != null) {
            keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store(who), PASSWORD);
        }
        context.init(keys == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
        try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
            final URI uri = URI.create("https://localhost:" + serving.httpPort() + Pages.HEALTHY);
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .statusCode();
        }
    }

    private Status exportBy(String who) throws Exception {
        final TlsChannelCredentials.Builder credentials = TlsChannelCredentials.newBuilder()
                .trustManager(pem("server.crt").toFile());
        if (who != null) {
            credentials.keyManager(pem(who + ".crt").toFile(), pem(who + ".key").toFile());
        }
        final ManagedChannel channel = NettyChannelBuilder.forAddress(
                        "localhost", serving.grpcPort(), credentials.build())
                .build();
        return OtlpClient.export(channel, OtlpClient.gauge("a", 5, 1.5), null, null);
    }

    @Test
    void shouldTakeOnlyThoseWhomItKnows() throws Exception {
        assertEquals(200, healthAskedBy("client"));
        assertThrows(IOException.class, () -> healthAskedBy(null));
        assertThrows(IOException.class, () -> healthAskedBy("stranger"));
        assertEquals(Status.Code.OK, exportBy("client").getCode());
        assertEquals(Status.Code.UNAVAILABLE, exportBy(null).getCode());
        assertEquals(Status.Code.UNAVAILABLE, exportBy("stranger").getCode());
    }
}
