package io.seriatim.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ByteSizeTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "123, 123", "64m, 67108864", "2K, 2048", "1g, 1073741824", "3MiB, 3145728", "3mb, 3145728"})
    void shouldReadWhatPeopleWrite(String text, long bytes) {
        assertEquals(bytes, new ByteSize().convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "m", "-1", "1.5g", "10t", "999999999999999g", "1 m"})
    void shouldRefuseTheRest(String text) {
        assertThrows(TypeConversionException.class, () -> new ByteSize().convert(text));
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1.0 KiB", "1610612736, 1.5 GiB", "9223372036854775807, 8.0 EiB"})
    void shouldWriteWhatPeopleRead(long bytes, String text) {
        assertEquals(text, ByteSize.text(bytes));
    }
}
