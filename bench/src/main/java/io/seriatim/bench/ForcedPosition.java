package io.seriatim.bench;

import java.io.IOException;
import java.io.InterruptedIOException;

/// How far a rival's writer thread has forced its file, for producers to wait for: group commit, for rivals that have
/// none of their own.
final class ForcedPosition {
    private long position;

    synchronized void publish(long reached) {
        position = reached;
        notifyAll();
    }

    synchronized void await(long wanted) throws IOException {
        while (position < wanted) {
            try {
                wait();
            } catch (InterruptedException interrupted) {
                throw new InterruptedIOException(interrupted.getMessage());
            }
        }
    }
}
