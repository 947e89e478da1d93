/// Appends from memory of Agrona and Chronicle Bytes, and shows replayed records as theirs.
///
/// One of the libraries suffices: a class that names the other is never loaded by who does not use it.
package io.seriatim.wal.adapters;
