package io.seriatim.tools.serve.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class NamesTest {
    @Test
    void shouldNameMetricsAsTheSpecificationSays() {
        assertEquals("http_server_duration_milliseconds", Names.metric("http.server.duration", "ms", false, false));
        assertEquals("system_io_bytes_total", Names.metric("system.io", "By", false, true));
        assertEquals("system_io_bytes_total", Names.metric("system.io.total", "By", false, true));
        assertEquals("io_bytes_total", Names.metric("io.bytes", "By", false, true), "the unit is in the name");
        assertEquals("speed_meters_per_second", Names.metric("speed", "m/s", false, false));
        assertEquals("requests_per_second", Names.metric("requests", "{request}/s", false, false));
        assertEquals("packets", Names.metric("packets", "{packet}", true, false));
        assertEquals("usage_ratio", Names.metric("usage", "1", true, false));
        assertEquals("usage_total", Names.metric("usage", "1", false, true), "only gauges are ratios");
        assertEquals("a_b:c", Names.metric("a--b:c", "", true, false));
        assertEquals("_2xx", Names.metric("2xx", "", true, false));
        assertEquals("caf_", Names.metric("café", "", true, false));
        assertEquals("x_furlong", Names.metric("x", "furlong", true, false), "a unit nobody knows");
    }

    @Test
    void shouldNameLabelsOfAttributes() {
        assertEquals("http_method", Names.label("http.method"));
        assertEquals("a_b", Names.label("a..b"));
        assertEquals("_name_", Names.label("__name__"));
        assertEquals("key_9", Names.label("9"));
        assertEquals("_", Names.label(""));
        assertEquals("_", Names.label("\ud83d\ude00"));
    }

    @Test
    void shouldWriteQuantilesAsPrometheusDoes() {
        assertEquals("0.5", Names.number(0.5));
        assertEquals("1", Names.number(1));
        assertEquals("0", Names.number(0));
        assertEquals("0.999", Names.number(0.999));
        assertEquals("+Inf", Names.number(Double.POSITIVE_INFINITY));
        assertEquals("NaN", Names.number(Double.NaN));
    }
}
