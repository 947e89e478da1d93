/// A log's samples by series and time, within bounded memory: an external merge sort over a temporary file.
package io.seriatim.tools.sort;
