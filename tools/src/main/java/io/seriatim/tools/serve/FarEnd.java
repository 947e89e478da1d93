package io.seriatim.tools.serve;

import io.seriatim.tools.store.StoreAccess;
import io.seriatim.tools.store.StoreUrl;

/// Where what is logged is sent on to.
///
/// @param url      of the store
/// @param consumer the log's consumer that remembers how far it is
/// @param access   how to get in
record FarEnd(StoreUrl url, String consumer, StoreAccess access) {}
