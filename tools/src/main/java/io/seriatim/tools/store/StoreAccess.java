package io.seriatim.tools.store;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/// How to get in.
///
/// @param token   a file with the bearer token, or null; read again for each request, so that it can change
/// @param headers sent with every request
/// @param ca      certificates in PEM that the store's own must come from, or null for the JDK's
/// @param timeout of one request
public record StoreAccess(Path token, Map<String, String> headers, Path ca, Duration timeout) {}
