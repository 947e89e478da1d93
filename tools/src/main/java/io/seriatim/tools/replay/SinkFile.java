package io.seriatim.tools.replay;

import io.seriatim.tools.LineSink;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/// The output as the Parquet library wants to see it: a file that is written once, from beginning to end.
final class SinkFile implements OutputFile {
    private final LineSink sink;

    SinkFile(LineSink sink) {
        this.sink = sink;
    }

    @Override
    public PositionOutputStream create(long blockSizeHint) {
        return new Stream(sink);
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
        return new Stream(sink);
    }

    @Override
    public boolean supportsBlockSize() {
        return false;
    }

    @Override
    public long defaultBlockSize() {
        return 0;
    }

    private static final class Stream extends PositionOutputStream {
        private final LineSink sink;
        private long position;

        Stream(LineSink sink) {
            this.sink = sink;
        }

        @Override
        public long getPos() {
            return position;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            sink.aside(bytes, offset, length);
            position += length;
        }
    }
}
