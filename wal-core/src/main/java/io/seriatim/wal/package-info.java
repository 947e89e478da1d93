/// What a log is: labels, handles, the API, reports and exceptions.
package io.seriatim.wal;
