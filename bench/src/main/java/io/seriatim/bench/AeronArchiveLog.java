package io.seriatim.bench;

import io.aeron.CommonContext;
import io.aeron.Image;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.ArchivingMediaDriver;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.status.RecordingPos;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import java.io.IOException;
import java.nio.file.Path;
import org.agrona.concurrent.status.CountersReader;

/// Aeron Archive: an IPC publication that an archive in the same process records. Items are serialized straight into
/// the publication (`tryClaim`); the archive copies whole blocks from there to its file.
///
/// Driver and archive share a thread each, which suits two cores best. Durable means file sync level 1: the recorded
/// position then moves only after a force.
final class AeronArchiveLog implements Contender {
    private static final String CHANNEL = "aeron:ipc?term-length=16m";

    /// Not 10, which is the archive's control stream on the same channel.
    private static final int STREAM = 1001;
    private static final int REPLAY_STREAM = 1002;
    private static final int FRAGMENTS = 256;
    private static final int ITEM_BYTES = 64 * 1024;
    private static final int SPINS = 100;

    private final Path directory;
    private final ArchivingMediaDriver driver;
    private final AeronArchive archive;
    private final CountersReader counters;
    private final ThreadLocal<BufferClaim> claims = ThreadLocal.withInitial(BufferClaim::new);
    private Publication publication;
    private long recording;
    private int recorded;
    private long end;

    AeronArchiveLog(Setup setup) {
        directory = setup.directory().resolve("archive");
        final int syncLevel = setup.durable() ? 1 : 0;
        // A name of its own, in shared memory: what a killed run left there, the next one deletes.
        final String name = CommonContext.getAeronDirectoryName() + "-seriatim-bench";
        driver = ArchivingMediaDriver.launch(
                new MediaDriver.Context()
                        .aeronDirectoryName(name)
                        .threadingMode(ThreadingMode.SHARED)
                        .dirDeleteOnStart(true)
                        .dirDeleteOnShutdown(true),
                new Archive.Context()
                        .aeronDirectoryName(name)
                        .archiveDir(directory.toFile())
                        .threadingMode(ArchiveThreadingMode.SHARED)
                        .errorHandler(AeronArchiveLog::complain)
                        .recordingEventsEnabled(false)
                        .controlChannelEnabled(false)
                        .archiveClientContext(new AeronArchive.Context().controlResponseChannel("aeron:ipc"))
                        .replicationChannel("aeron:udp?endpoint=localhost:0")
                        .fileSyncLevel(syncLevel)
                        .catalogFileSyncLevel(syncLevel));
        archive = AeronArchive.connect(new AeronArchive.Context()
                .aeronDirectoryName(name)
                .controlRequestChannel(driver.archive().context().localControlChannel())
                .controlRequestStreamId(driver.archive().context().localControlStreamId())
                .controlResponseChannel("aeron:ipc"));
        counters = archive.context().aeron().countersReader();
    }

    /// An archive goes on after an error, more slowly each time: whoever measures must know.
    private static void complain(Throwable thrown) {
        thrown.printStackTrace();
        Runtime.getRuntime().halt(1);
    }

    @Override
    public void begin() {
        publication = archive.addRecordedPublication(CHANNEL, STREAM);
        do {
            Thread.yield();
            recorded = RecordingPos.findCounterIdBySession(counters, publication.sessionId(), archive.archiveId());
        } while (recorded == CountersReader.NULL_COUNTER_ID);
        recording = RecordingPos.getRecordingId(counters, recorded);
    }

    @Override
    public void append(BenchSeries series) {
        publish(series);
    }

    /// @return the item's end in the stream
    private long publish(BenchSeries series) {
        final int length = ItemLayout.bodyLength(series);
        final BufferClaim claim = claims.get();
        long end = publication.tryClaim(length, claim);
        for (int tries = 0; end < 0; tries++) {
            if (end == Publication.CLOSED || end == Publication.MAX_POSITION_EXCEEDED) {
                throw new IllegalStateException(Publication.errorString(end));
            }
            pause(tries);
            end = publication.tryClaim(length, claim);
        }
        ItemLayout.putBody(claim.buffer(), claim.offset(), series);
        claim.commit();
        return end;
    }

    private static void pause(int tries) {
        if (tries < SPINS) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }

    @Override
    public void appendDurably(BenchSeries[] series, int from, int count) {
        long end = 0;
        for (int i = from; i < from + count; i++) {
            end = publish(series[i]);
        }
        awaitRecorded(end);
    }

    private void awaitRecorded(long end) {
        for (int tries = 0; counters.getCounterValue(recorded) < end; tries++) {
            pause(tries);
        }
    }

    @Override
    public void drain() {
        awaitRecorded(publication.position());
    }

    @Override
    public long bytes() {
        return publication.position();
    }

    /// Waits until the archive has written that the recording ended, which makes its replay end as well.
    @Override
    public void seal() {
        end = publication.position();
        endRecording();
    }

    /// The archive replays over IPC; the subscriber sees each item in the stream's memory.
    @Override
    public ReplaySum replay(int threads, boolean knownLabels) {
        final ReplaySum sum = new ReplaySum();
        final byte[] item = new byte[ITEM_BYTES];
        final FragmentHandler handler = (buffer, offset, length, header) -> {
            buffer.getBytes(offset, item, 0, length);
            ItemReader.readBody(item, 0, sum);
        };
        try (Subscription subscription = archive.replay(recording, 0, end, CHANNEL, REPLAY_STREAM)) {
            Image image = null;
            for (int tries = 0; image == null || image.position() < end; tries++) {
                if (subscription.poll(handler, FRAGMENTS) > 0) {
                    tries = 0;
                } else {
                    pause(tries);
                }
                if (image == null && subscription.imageCount() > 0) {
                    image = subscription.imageAtIndex(0);
                }
                if (image != null && image.isClosed() && image.position() < end) {
                    throw new IllegalStateException("the replay broke off: position=" + image.position());
                }
            }
        }
        return sum;
    }

    @Override
    public void discard() {
        endRecording();
        archive.purgeRecording(recording);
    }

    private void endRecording() {
        archive.stopRecording(publication);
        publication.close();
        while (counters.getCounterState(recorded) == CountersReader.RECORD_ALLOCATED
                && RecordingPos.isActive(counters, recorded, recording)) {
            Thread.yield();
        }
    }

    @Override
    public void close() throws IOException {
        archive.close();
        driver.close();
    }
}
