package io.seriatim.wal.mmap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/// A recording of the log's own events in this JVM.
final class FlightRecording implements AutoCloseable {
    static final String PREFIX = "io.seriatim.wal.";
    static final List<String> NAMES =
            List.of("Force", "Batch", "Roll", "Preparation", "BackpressureWait", "Poison", "Recovery", "Replay");

    private final Recording recording = new Recording();

    private FlightRecording() {}

    /// Records all events, however short.
    static FlightRecording ofEverything() {
        final FlightRecording flight = new FlightRecording();
        for (final String name : NAMES) {
            flight.recording.enable(PREFIX + name).withoutThreshold();
        }
        flight.recording.start();
        return flight;
    }

    /// Records what a recording does that nobody has set up.
    static FlightRecording asByDefault() {
        final FlightRecording flight = new FlightRecording();
        flight.recording.start();
        return flight;
    }

    /// Ends the recording.
    ///
    /// @return the events of one kind, in the order of their ends
    List<RecordedEvent> events(String name) throws IOException {
        if (recording.getState() == jdk.jfr.RecordingState.RUNNING) {
            recording.stop();
        }
        final Path file = Files.createTempFile("events", ".jfr");
        try {
            recording.dump(file);
            return RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getEventType().getName().equals(PREFIX + name))
                    .sorted(java.util.Comparator.comparing(RecordedEvent::getEndTime))
                    .toList();
        } finally {
            Files.delete(file);
        }
    }

    @Override
    public void close() {
        recording.close();
    }
}
