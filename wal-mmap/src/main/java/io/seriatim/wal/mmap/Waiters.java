package io.seriatim.wal.mmap;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// Threads that wait for a shard's durable position. Waiting allocates one small node; appending never comes here.
///
/// A waiter registers first and looks at the position and the poison again afterwards; the flusher publishes first
/// and takes the list afterwards. So one of the two always sees the other.
final class Waiters {
    private final AtomicReference<Node> head = new AtomicReference<>();

    /// One waiting thread. `thread` is cleared by its owner when it stops waiting.
    static final class Node {
        final long position;
        volatile Thread thread = Thread.currentThread();
        Node next;

        Node(long position) {
            this.position = position;
        }
    }

    /// Registers the calling thread.
    Node register(long position) {
        final Node node = new Node(position);
        push(node);
        return node;
    }

    private void push(Node node) {
        Node top;
        do {
            top = head.get();
            node.next = top;
        } while (!head.compareAndSet(top, node));
    }

    /// Tells whether somebody waits beyond `durable`. Flusher only.
    boolean anyBeyond(long durable) {
        for (Node node = head.get(); node != null; node = node.next) {
            if (node.position > durable && node.thread != null) {
                return true;
            }
        }
        return false;
    }

    /// Wakes everybody who waits for `durable` or less, and drops who has left. Flusher only.
    void wake(long durable) {
        if (head.get() == null) {
            return;
        }
        Node node = head.getAndSet(null);
        while (node != null) {
            final Node next = node.next;
            final Thread thread = node.thread;
            if (thread != null) {
                if (node.position <= durable) {
                    LockSupport.unpark(thread);
                } else {
                    push(node);
                }
            }
            node = next;
        }
    }

    /// Wakes everybody, to look at the shard's state.
    void wakeAll() {
        wake(Long.MAX_VALUE);
    }
}
