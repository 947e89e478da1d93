package io.seriatim.bench;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// The jars beside `bench.jar`.
final class Libraries {
    private Libraries() {}

    /// @return the artifact's name and version as its jar's name has them, or the name alone if there is no such jar
    static String version(String artifact) {
        try {
            final URI here = Libraries.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI();
            final Path libraries = Path.of(here).resolveSibling("lib");
            if (!Files.isDirectory(libraries)) {
                return artifact;
            }
            try (Stream<Path> jars = Files.list(libraries)) {
                return jars.map(jar -> jar.getFileName().toString())
                        .filter(name -> name.matches(artifact + "-\\d.*\\.jar"))
                        .map(name -> artifact + " " + name.substring(artifact.length() + 1, name.length() - 4))
                        .findFirst()
                        .orElse(artifact);
            }
        } catch (IOException | URISyntaxException thrown) {
            return artifact;
        }
    }
}
