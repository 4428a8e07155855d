// SPDX-License-Identifier: Apache-2.0
// A plugin for real Kafka that takes what clients push (KIP-714) and writes it as text, read by the schema that Kafka itself
// has of it: FOLDER/CLIENT_ID-N, N from 0, whole once it is there. FOLDER is the broker's setting kwire.metrics.folder.
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.telemetry.ClientTelemetry;
import org.apache.kafka.server.telemetry.ClientTelemetryPayload;
import org.apache.kafka.server.telemetry.ClientTelemetryReceiver;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.MetricsData;

@SuppressWarnings("deprecation")
public class MetricsReceiver implements MetricsReporter, ClientTelemetry, ClientTelemetryReceiver {
    private Path folder;
    private final Map<String, Integer> pushes = new HashMap<>();

    public void configure(Map<String, ?> settings) { folder = Path.of((String) settings.get("kwire.metrics.folder")); }
    public ClientTelemetryReceiver clientReceiver() { return this; }

    public synchronized void exportMetrics(AuthorizableRequestContext from, ClientTelemetryPayload pushed) {
        String text;
        try {
            text = "terminating: " + pushed.isTerminating() + "\n" + MetricsData.parseFrom(pushed.data());
        } catch (Exception e) {
            text = "not understood: " + e;
        }
        String name = from.clientId() + "-" + (pushes.merge(from.clientId(), 1, Integer::sum) - 1);
        try {
            Files.createDirectories(folder);
            Path part = Files.writeString(folder.resolve("." + name), text);
            Files.move(part, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (Exception e) {
            throw new RuntimeException(e);
        }
    }

    public void init(List<KafkaMetric> metrics) {}
    public void metricChange(KafkaMetric metric) {}
    public void metricRemoval(KafkaMetric metric) {}
    public void close() {}
}
