package io.seriatim.wal.mmap;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;

/// What a well-meaning engine would do: a failed force is tried again, and the second answer believed.
final class RetryingStorage {
    private RetryingStorage() {}

    static Storage over(Storage storage) {
        return (Storage) Proxy.newProxyInstance(
                Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, (_, method, arguments) -> {
                    try {
                        final Object result = method.invoke(storage, arguments);
                        return result instanceof StorageFile file ? new RetryingFile(file) : result;
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
    }

    private record RetryingFile(StorageFile file) implements StorageFile {
        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(ByteBuffer target, long offset) throws IOException {
            return file.read(target, offset);
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            file.write(source, offset);
        }

        @Override
        public void force() throws IOException {
            file.force();
        }

        @Override
        public Mapping map(long length) throws IOException {
            return new RetryingMapping(file.map(length));
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private record RetryingMapping(Mapping mapping) implements Mapping {
        @Override
        public MemorySegment memory() {
            return mapping.memory();
        }

        @Override
        public void force(long from, long length) throws IOException {
            try {
                mapping.force(from, length);
            } catch (IOException _) {
                mapping.force(from, length);
            }
        }

        @Override
        public void close() {
            mapping.close();
        }
    }
}
