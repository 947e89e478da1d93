package io.seriatim.tools.demo;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.tools.CannotRunException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirectoryTest {
    @TempDir
    private Path parent;

    @Test
    void shouldLeaveNothingWhenItMadeTheDirectory() throws Exception {
        final WorkDirectory work = WorkDirectory.create(parent.resolve("new"));
        Files.createDirectories(work.log().resolve("shard-000"));
        Files.writeString(work.errors(1), "x");

        assertTrue(work.delete());
        assertFalse(Files.exists(parent.resolve("new")));
    }

    @Test
    void shouldLeaveADirectoryThatWasThere() throws Exception {
        final Path there = Files.createDirectory(parent.resolve("there"));
        final WorkDirectory work = WorkDirectory.create(there);
        Files.createDirectories(work.log());

        assertTrue(work.delete());
        assertTrue(Files.exists(there));
        assertFalse(Files.exists(work.log()));
    }

    @Test
    void shouldRefuseADirectoryThatHoldsSomething() throws Exception {
        Files.writeString(parent.resolve("letter.txt"), "Dear log");

        assertThrows(CannotRunException.class, () -> WorkDirectory.create(parent));
        assertTrue(Files.exists(parent.resolve("letter.txt")));
    }
}
