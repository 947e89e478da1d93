package io.seriatim.tools;

import io.seriatim.tools.page.Facts;
import io.seriatim.tools.page.Page;
import io.seriatim.tools.page.PageData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// What `verify` found out, as a page in a file.
final class VerifyPage {
    private VerifyPage() {}

    static void write(Path file, Verification verification, PageData data) {
        final List<List<String>> damages = new ArrayList<>();
        for (int i = 0; i < verification.losses().size(); i++) {
            final List<String> lines = new ArrayList<>();
            lines.add(Findings.line(verification.report().damages().get(i), verification.log()));
            lines.addAll(LossText.lines(verification.losses().get(i), verification.unit()));
            damages.add(lines);
        }
        final Facts facts = new Facts(
                verification.log(),
                VerifyText.summary(verification),
                VerifyText.shards(verification.report(), verification.unit()).rows(),
                damages,
                Findings.meaning(verification.report(), verification.log()),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                verification.report(),
                verification.census());
        try {
            Files.writeString(file, Page.of(facts, data));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
