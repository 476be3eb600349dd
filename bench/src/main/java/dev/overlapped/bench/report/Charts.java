package dev.overlapped.bench.report;

import dev.overlapped.bench.measure.Metric;
import dev.overlapped.bench.run.Peer;
import dev.overlapped.bench.run.Results;
import dev.overlapped.bench.run.Spread;
import dev.overlapped.bench.run.Workload;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;

/// Bars: a figure of all peers at one workload, with the best and the worst round as error bars.
final class Charts {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 320;
    private static final Color OURS = new Color(0x1f6feb);
    private static final Color OTHERS = new Color(0x8b949e);

    private Charts() {
    }

    /// A picture as the address of an `img`, or nothing on a machine that cannot draw text.
    static Optional<String> picture(Results results, Workload workload, Metric metric) {
        try {
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            ImageIO.write(BitmapEncoder.getBufferedImage(chart(results, workload, metric)), "png", png);
            String text = Base64.getEncoder().encodeToString(png.toByteArray());
            return Optional.of("data:image/png;base64," + text);
        } catch (IOException | LinkageError | RuntimeException | InternalError _) {
            // A JDK without fonts says so in any of these ways.
            return Optional.empty();
        }
    }

    private static CategoryChart chart(Results results, Workload workload, Metric metric) {
        List<String> names = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        List<Double> others = new ArrayList<>();
        List<Double> errors = new ArrayList<>();
        for (Peer peer : results.runs().get(workload).keySet()) {
            Optional<Spread> spread = results.spread(workload.id(), peer, metric);
            if (spread.isPresent()) {
                Spread s = spread.get();
                names.add(peer.id());
                ours.add(peer.isOurs() ? s.median() : 0);
                others.add(peer.isOurs() ? 0 : s.median());
                // One length serves both ways: the larger one.
                errors.add(Math.max(s.max() - s.median(), s.median() - s.min()));
            }
        }
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT)
            .title(workload.title() + ": " + metric.label()).yAxisTitle(metric.label()).build();
        chart.getStyler().setOverlapped(true).setLegendVisible(false).setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setXAxisLabelRotation(20);
        chart.addSeries("others", names, others, errorsWhere(others, errors)).setFillColor(OTHERS);
        chart.addSeries("ours", names, ours, errorsWhere(ours, errors)).setFillColor(OURS);
        return chart;
    }

    private static List<Double> errorsWhere(List<Double> values, List<Double> errors) {
        List<Double> shown = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            shown.add(values.get(i) == 0 ? 0 : errors.get(i));
        }
        return shown;
    }
}
