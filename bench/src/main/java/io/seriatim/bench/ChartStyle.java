package io.seriatim.bench;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.IChart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;

/// How all pictures look: no background, and colours of middling lightness, so that they can be read on white and on
/// black.
final class ChartStyle {
    static final int WIDTH = 960;
    static final int HEIGHT = 480;

    /// Ours first.
    static final Color OURS = new Color(0xE0, 0x6C, 0x1F);
    static final Color THEIRS = new Color(0x4A, 0x8F, 0xC4);

    private static final Color TEXT = new Color(0x80, 0x80, 0x80);
    private static final Color NONE = new Color(0, 0, 0, 0);
    private static final Color[] PALETTE = {
        OURS,
        new Color(0xB8, 0x86, 0x0B),
        THEIRS,
        new Color(0x3C, 0x9A, 0x5F),
        new Color(0xB0, 0x5F, 0xC0),
        new Color(0xD0, 0x4F, 0x6E),
        new Color(0x2F, 0x9E, 0xA0),
        new Color(0x8C, 0x6D, 0x4A),
        new Color(0x6F, 0x7F, 0xD8),
        new Color(0x8A, 0x9A, 0x2F),
        new Color(0xC8, 0x73, 0x9C),
        new Color(0x5C, 0x84, 0x84),
        new Color(0xA0, 0x4A, 0x3A),
        new Color(0x6A, 0x8A, 0x3A),
        new Color(0x7A, 0x6A, 0x9A),
    };

    private ChartStyle() {}

    static CategoryChart bars(String title, String unit) {
        final CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .yAxisTitle(unit)
                .build();
        style(chart.getStyler());
        chart.getStyler().setXAxisLabelRotation(40);
        chart.getStyler().setXAxisTickMarkSpacingHint(1);
        chart.getStyler().setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
        chart.getStyler().setAvailableSpaceFill(0.8);
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        return chart;
    }

    static XYChart lines(String title, String x, String y) {
        final XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        style(chart.getStyler());
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setMarkerSize(0);
        chart.getStyler().setErrorBarsColor(TEXT);
        return chart;
    }

    private static void style(AxesChartStyler styler) {
        styler.setBaseFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
        styler.setChartBackgroundColor(NONE);
        styler.setPlotBackgroundColor(NONE);
        styler.setLegendBackgroundColor(NONE);
        styler.setLegendBorderColor(NONE);
        styler.setPlotBorderColor(TEXT);
        styler.setChartFontColor(TEXT);
        styler.setXAxisTitleColor(TEXT);
        styler.setYAxisTitleColor(TEXT);
        styler.setChartTitleFontColor(TEXT);
        styler.setAxisTickLabelsColor(TEXT);
        styler.setAxisTickMarksColor(TEXT);
        styler.setPlotGridLinesColor(new Color(0x80, 0x80, 0x80, 0x50));
        styler.setPlotGridLinesStroke(new BasicStroke(1));
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setSeriesColors(PALETTE);
    }

    static void save(IChart chart, Path file) throws IOException {
        final ByteArrayOutputStream svg = new ByteArrayOutputStream();
        ChartEncoder.saveChart(chart, svg, "svg");
        // Hundredths of a pixel will do: half the bytes. Its clip path has a random name: the same run, the same file.
        final String text = svg.toString(StandardCharsets.UTF_8)
                .replaceAll("(\\.\\d\\d)\\d+", "$1")
                .replaceAll("clip\\d+", "clip");
        Files.writeString(file, text);
    }
}
