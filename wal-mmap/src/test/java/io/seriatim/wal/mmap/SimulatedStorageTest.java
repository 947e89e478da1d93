package io.seriatim.wal.mmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The simulated disk loses what a disk may lose, all of it, and nothing else.
class SimulatedStorageTest {
    private static final Path FILE = Path.of("/file");
    private static final int SECTOR = SimulatedFile.SECTOR_BYTES;

    private final SimulatedStorage storage = new SimulatedStorage();
    private Mapping mapping;

    @BeforeEach
    void makeAForcedFileOfTwoSectors() throws IOException {
        try (StorageFile file = storage.create(FILE)) {
            file.write(ByteBuffer.allocate(2 * SECTOR), 0);
            file.force();
            storage.syncDirectory(Path.of("/"));
            mapping = file.map(2 * SECTOR);
        }
    }

    private void store(int sector, int value) {
        for (int word = 0; word < Long.SIZE; word++) {
            mapping.memory().set(ValueLayout.JAVA_LONG, sector * SECTOR + word * 8L, value);
        }
        storage.note();
    }

    /// The values of the first words of both sectors in every image, such as "12".
    private Set<String> images() {
        final Set<String> seen = new TreeSet<>();
        for (final CrashPolicy policy : CrashImages.of(storage.choices(), new Random(1), 4096)) {
            final byte[] bytes = storage.crash(policy).contents().get(FILE);
            seen.add("" + bytes[0] + bytes[SECTOR]);
        }
        return seen;
    }

    @Test
    void shouldKeepAnyVersionOfEachSectorSinceTheLastForce() {
        store(0, 1);
        store(0, 2);
        store(1, 3);

        assertEquals(Set.of("00", "10", "20", "03", "13", "23"), images());
    }

    @Test
    void shouldMakeDurableWhatWasThereWhenTheForceWasCalled() throws IOException {
        store(0, 1);
        final Set<String> during = new HashSet<>();
        storage.whileForcing(() -> {
            store(0, 2);
            store(1, 3);
            during.addAll(images());
        });

        mapping.force(0, SECTOR);

        assertEquals(Set.of("00", "10", "20", "03", "13", "23"), during);
        assertEquals(Set.of("10", "20", "13", "23"), images());
    }

    @Test
    void shouldTearASectorBetweenAnyTwoWordsAndAnyTwoVersions() {
        store(0, 1);
        store(0, 2);
        final Set<String> pairs = new TreeSet<>();
        for (int seed = 0; seed < 1000; seed++) {
            final byte[] bytes = storage.crash(CrashPolicy.random(new Random(seed)))
                    .contents()
                    .get(FILE);
            pairs.add("" + bytes[0] + bytes[8]);
        }

        assertEquals(Set.of("00", "01", "02", "10", "11", "12", "20", "21", "22"), pairs);
    }

    @Test
    void shouldLoseTheNewLengthOrTheContentOfAFileThatWasNotForced() throws IOException {
        storage.delete(FILE);
        storage.syncDirectory(Path.of("/"));
        final Path other = Path.of("/other");
        try (StorageFile file = storage.create(other)) {
            file.write(ByteBuffer.wrap(new byte[] {1}), 0);
            file.write(ByteBuffer.wrap(new byte[] {1}), SECTOR);
        }
        final Set<String> seen = new TreeSet<>();
        for (final CrashPolicy policy : CrashImages.of(storage.choices(), new Random(1), 4096)) {
            final byte[] bytes = storage.crash(policy).contents().get(other);
            seen.add(bytes == null ? "absent" : bytes.length == 0 ? "empty" : bytes.length + ":" + bytes[0]);
        }

        assertEquals(Set.of("absent", "empty", "1:0", "1:1", "513:0", "513:1"), seen);
    }

    @Test
    void shouldShowWhatADeletedFileLeftInTheBlocksOfOneThatWasNotForced() throws IOException {
        store(0, 7);
        mapping.force(0, SECTOR);
        mapping.close();
        storage.delete(FILE);
        try (StorageFile file = storage.create(FILE)) {
            file.write(ByteBuffer.allocate(2 * SECTOR), 0);
        }
        boolean shown = false;
        for (int seed = 0; seed < 100; seed++) {
            final byte[] bytes = storage.crash(CrashPolicy.random(new Random(seed)))
                    .contents()
                    .get(FILE);
            shown |= bytes != null && bytes.length > 0 && bytes[0] == 7 && bytes.length == 2 * SECTOR;
        }
        assertTrue(shown);
    }

    @Test
    void shouldTryEverySubsetOfTwelveSectorsAndEachAloneOfMore() {
        final int[] twelve = new int[12];
        java.util.Arrays.fill(twelve, 1);
        assertEquals(4096, distinct(CrashImages.of(twelve, new Random(1), 4096), 12));

        final int[] many = new int[40];
        java.util.Arrays.fill(many, 2);
        final List<CrashPolicy> images = CrashImages.of(many, new Random(1), 4096);
        assertTrue(distinct(images, 40) > 6 * 40, "images=" + images.size());
        for (int item = 0; item < 40; item++) {
            assertTrue(images.stream().map(image -> set(image, 40)).toList().contains(Set.of(item)), "alone: " + item);
        }
        assertFalse(images.isEmpty());
    }

    private static long distinct(List<CrashPolicy> images, int items) {
        return images.stream().map(image -> set(image, items)).distinct().count();
    }

    private static Set<Integer> set(CrashPolicy image, int items) {
        final Set<Integer> survivors = new TreeSet<>();
        for (int item = 0; item < items; item++) {
            if (image.survivors(item, items) == -1) {
                survivors.add(item);
            }
        }
        return survivors;
    }
}
