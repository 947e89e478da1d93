package io.seriatim.wal.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The reader in `FORMAT.md`, written in another language and knowing nothing of this code, reads the golden segment.
/// Skipped where there is no Python 3.
class DocumentedReaderTest {
    private static final String DRIVER = """

        import sys
        for offset, frame_type, content in read_segment(open(sys.argv[1], "rb").read()):
            print(offset, frame_type, ascii(content))
        """;

    private static final String CONTENT = """
        4096 6 (32768, 36864, 40960, 38912, 2, 36864, 36928, 1, 39936, 39968, 2)
        4200 3 [(0, {'__name__': 'up', 'job': 'api'}, [(1700000000000, 4607182418800017408)])]
        4264 2 [(0, None, [(1700000005000, 0)])]
        4296 3 [(0, None, [(1700000010000, 4607182418800017408), (1699999999000, 9223372036854775808), \
        (1700000010000, 9218868437227405312)])]
        4368 3 [(1, {'__name__': 'temp', 'note': '', 'ort': 'Z\\xfcrich'}, [(1700000015000, 13846598529327300608)]), \
        (0, None, [(1700000015000, 9218868437227405314)]), (2, {'__name__': 'idle'}, []), \
        (1, None, [(1700000015000, 1), (1700000015000, 9094988921128908188)])]
        4496 4 (42, b'hello, log')
        4528 1 8
        4536 1 24
        4560 5 (65536, 69632, 70096, 5, 1700000000020)
        4616 2 [(1, None, [(1700000000000, 1)])]
        4648 3 [(0, None, [(1700000000000, 4607182418800017408), (1700000000000, 4611686018427387904), \
        (1700000000000, 4613937818241073152), (1700000000001, 4616189618054758400), \
        (1700000000002, 4617315517961601024)])]
        4728 7 (0, None, 1700000020000, {'flags': 240, 'start': 1700000000000, 'count': 300, 'sum': 150.25, \
        'min': 0.125, 'max': 8.0, 'bounds': [0.5, 2.0], 'buckets': {0: 200, 1: 0, 2: 100}})
        4808 7 (3, {'__name__': 'rt'}, 1700000020000, {'flags': 517, 'count': 9, 'scale': 3, 'zero': (1e-09, 2), \
        'positive': {-2: 1, -1: 3, 4: 1}, 'negative': {0: 2}})
        4872 8 (0, None, 1700000015000, (0.25, {'trace_id': '4bf9'}))
        4920 9 (3, {'__name__': 'rt'}, 1700000000000, {'type': 'histogram', 'unit': 's'})
        4984 5 (70520, 70520, 70520, 0, 1700000000025)
        """;

    @TempDir
    private Path directory;

    @Test
    void shouldReadTheGoldenSegmentByTheDocumentAlone() throws IOException, InterruptedException {
        assumeTrue(hasPython(), "no python3");
        final Path program = directory.resolve("reader.py");
        final Path segment = directory.resolve("golden.seg");
        Files.writeString(program, new FormatDocument(FormatDocument.readLines()).code("python") + DRIVER);
        Files.write(segment, new GoldenSegment().bytes());

        final Process python = new ProcessBuilder("python3", program.toString(), segment.toString())
                .redirectErrorStream(true)
                .start();
        final String output = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(CONTENT, output);
        assertEquals(0, python.waitFor());
    }

    private static boolean hasPython() throws InterruptedException {
        try {
            final Process python = new ProcessBuilder("python3", "--version")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return python.waitFor(20, TimeUnit.SECONDS) && python.exitValue() == 0;
        } catch (IOException _) {
            return false;
        }
    }
}
