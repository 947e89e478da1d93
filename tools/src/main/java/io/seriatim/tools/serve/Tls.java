package io.seriatim.tools.serve;

import io.grpc.util.CertificateUtils;
import io.seriatim.tools.CannotRunException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/// Who the server is, and whom it trusts: PEM files, read when it starts.
///
/// @param certificate the server's certificate, and those up to the one that its clients know
/// @param key         its key, PKCS #8, not encrypted
/// @param clientCa    certificates of which one must have signed the client's own; null: clients need none
record Tls(Path certificate, Path key, Path clientCa) {
    private static final char[] NO_PASSWORD = new char[0];

    /// @return certificate and key, as the JDK wants them
    /// @throws CannotRunException if a file cannot be read or is not what it should be
    KeyStore identity() {
        final X509Certificate[] chain = certificates(certificate);
        try (InputStream in = Files.newInputStream(key)) {
            final PrivateKey secret = CertificateUtils.getPrivateKey(in);
            final KeyStore store = empty();
            store.setKeyEntry("server", secret, NO_PASSWORD, chain);
            return store;
        } catch (IOException | GeneralSecurityException | RuntimeException failure) {
            throw new CannotRunException("cannot read the key, which is to be PKCS #8 in PEM, not encrypted: file="
                    + key + " cause=" + failure);
        }
    }

    /// @return those whom clients must come from, or null
    /// @throws CannotRunException if the file cannot be read or holds none
    KeyStore trusted() {
        if (clientCa == null) {
            return null;
        }
        try {
            final KeyStore store = empty();
            int number = 0;
            for (final X509Certificate one : certificates(clientCa)) {
                store.setCertificateEntry("client-ca-" + number++, one);
            }
            return store;
        } catch (IOException | GeneralSecurityException failure) {
            throw new CannotRunException("cannot read certificates: file=" + clientCa + " cause=" + failure);
        }
    }

    static char[] password() {
        return NO_PASSWORD.clone();
    }

    private static X509Certificate[] certificates(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            final X509Certificate[] all = CertificateUtils.getX509Certificates(in);
            if (all.length == 0) {
                throw new CannotRunException("no certificate in PEM: file=" + file);
            }
            return all;
        } catch (IOException | GeneralSecurityException failure) {
            throw new CannotRunException("cannot read certificates: file=" + file + " cause=" + failure);
        }
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        final KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }
}
