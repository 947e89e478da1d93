package io.seriatim.tools.serve;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;

/// The room of one gRPC call, from its first byte to its end. gRPC itself would keep what arrives of a message however
/// many others arrive as well; so each piece asks for room, and the call for which there is none is ended.
final class CallRoom extends ServerStreamTracer {
    private static final Context.Key<CallRoom> KEY = Context.key("room");

    private final Admission.Room room;
    private Runnable onFull;
    private boolean full;

    private CallRoom(Admission.Room room) {
        this.room = room;
    }

    /// @return that of the call whose context this thread is in
    static CallRoom current() {
        return KEY.get();
    }

    /// @return the room, or null if there are too many requests
    Admission.Room room() {
        return room;
    }

    /// Says what to do when there is no room; done at once if that was so already.
    synchronized void onFull(Runnable action) {
        onFull = action;
        if (full) {
            action.run();
        }
    }

    @Override
    public Context filterContext(Context context) {
        return context.withValue(KEY, this);
    }

    @Override
    public synchronized void inboundWireSize(long bytes) {
        if (room == null || room.tryTake(bytes)) {
            return;
        }
        full = true;
        if (onFull != null) {
            onFull.run();
        }
    }

    @Override
    public void streamClosed(Status status) {
        if (room != null) {
            room.close();
        }
    }

    /// Makes one for each call.
    static final class Factory extends ServerStreamTracer.Factory {
        private final Exchange exchange;

        Factory(Exchange exchange) {
            this.exchange = exchange;
        }

        @Override
        public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
            return new CallRoom(exchange.enter());
        }
    }
}
