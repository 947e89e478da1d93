package io.seriatim.tools.store;

/// The last record of a shard that has been dealt with.
///
/// @param position where it ends
/// @param parts    how much of it: a record of several series comes in several parts
public record Place(long position, int parts) {
    /// @return what has been dealt with when this was, and then the next
    public Place followedBy(Place next) {
        return next.position == position ? new Place(position, parts + next.parts) : next;
    }
}
