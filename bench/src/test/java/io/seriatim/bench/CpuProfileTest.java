package io.seriatim.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seriatim.bench.CpuProfile.Group;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Whose a sample is.
class CpuProfileTest {
    private final CpuProfile profile = new CpuProfile();

    @Test
    void shouldBelongToTheNearestCallerWhenTheTopIsTheJdk() {
        profile.add(List.of(
                "java.nio.MappedMemoryUtils.force0",
                "io.seriatim.wal.mmap.Flusher.force",
                "io.seriatim.tools.serve.Taker.take"));
        profile.add(List.of("java.util.Arrays.equals", "io.seriatim.tools.ingest.SeriesCache.find"));
        profile.add(List.of("io.seriatim.tools.serve.intake.Wire.end", "io.seriatim.tools.serve.Taker.take"));
        profile.add(
                List.of("java.util.Arrays.copyOf", "io.seriatim.tools.serve.Unpacking.all", "io.grpc.internal.X.y"));

        assertEquals(0.25, profile.share(Group.LOG));
        assertEquals(0.5, profile.share(Group.DECODE));
        assertEquals(0.25, profile.share(Group.SERVE));
        assertEquals(0, profile.share(Group.GRPC));
    }

    @Test
    void shouldBelongToTheJdkWhenNothingElseIsOnTheStack() {
        profile.add(List.of("java.util.concurrent.ForkJoinPool.scan", "java.lang.Thread.run"));
        profile.add(List.of());
        profile.add(List.of("sun.nio.ch.SocketDispatcher.read0", "io.grpc.netty.shaded.io.netty.channel.nio.X.y"));
        profile.add(List.of("com.google.common.base.Preconditions.checkNotNull", "io.grpc.internal.X.y"));

        assertEquals(0.5, profile.share(Group.JVM));
        assertEquals(0.5, profile.share(Group.GRPC));
        assertEquals(4, profile.count());
    }

    @Test
    void shouldTellTheHottestFirstWhenAskedForMethods() {
        profile.add(List.of("io.grpc.A.b"));
        profile.add(List.of("io.grpc.A.b"));
        profile.add(List.of("io.seriatim.wal.C.d"));

        final String all = profile.hottest(EnumSet.allOf(Group.class));
        assertTrue(all.startsWith(" 66.7 %  grpc: io.grpc.A.b"), all);
        assertEquals(" 33.3 %  log: io.seriatim.wal.C.d\n", profile.hottest(EnumSet.of(Group.LOG)));
    }
}
