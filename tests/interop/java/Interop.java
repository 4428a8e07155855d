// SPDX-License-Identifier: Apache-2.0
// The Java client with its defaults, for the interop tests. One Java machine serves many commands, one per line of stdin:
//
//   produce BOOTSTRAP TOPIC CODEC COUNT   and then COUNT records, one per line
//   consume BOOTSTRAP TOPIC COUNT         prints COUNT records of partition 0 from the beginning, one per line
//
// The N-th ends with the line "done N", before which stands "failed: why" if it did. Records are written as kcat does with -f '%K|%k|%S|%s|%h'.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

public class Interop {
    static byte[] bytesOf(String length, String text) {
        return length.equals("-1") ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    static ProducerRecord<byte[], byte[]> parse(String topic, String line) {
        String[] part = line.split("\\|", 5);
        List<Header> headers = new ArrayList<>();
        for (String h : part[4].split(",")) {
            if (h.isEmpty()) continue;
            String[] pair = h.split("=", 2);
            headers.add(new RecordHeader(pair[0], pair[1].equals("NULL") ? null : pair[1].getBytes(StandardCharsets.UTF_8)));
        }
        return new ProducerRecord<>(topic, 0, bytesOf(part[0], part[1]), bytesOf(part[2], part[3]), headers);
    }

    static String text(byte[] b) {
        return b == null ? "" : new String(b, StandardCharsets.UTF_8);
    }

    static String format(ConsumerRecord<byte[], byte[]> r) {
        StringBuilder headers = new StringBuilder();
        for (Header h : r.headers())
            headers.append(headers.length() == 0 ? "" : ",").append(h.key()).append("=").append(h.value() == null ? "NULL" : text(h.value()));
        return r.serializedKeySize() + "|" + text(r.key()) + "|" + r.serializedValueSize() + "|" + text(r.value()) + "|" + headers;
    }

    static void produce(String bootstrap, String topic, String codec, List<String> lines) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", bootstrap, "compression.type", codec, "linger.ms", "50");
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (String line : lines) sent.add(producer.send(parse(topic, line)));
            producer.flush();
            for (Future<RecordMetadata> f : sent) f.get(30, TimeUnit.SECONDS);
        }
    }

    static void consume(String bootstrap, String topic, int count) {
        Map<String, Object> config = Map.of("bootstrap.servers", bootstrap);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long until = System.nanoTime() + 30_000_000_000L;
            for (int seen = 0; seen < count; ) {
                if (System.nanoTime() > until) throw new IllegalStateException("only " + seen + " of " + count + " records came within 30 s");
                for (ConsumerRecord<byte[], byte[]> r : consumer.poll(Duration.ofMillis(200))) {
                    System.out.println(format(r));
                    ++seen;
                }
            }
        }
    }

    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        int commands = 0;
        for (String line; (line = in.readLine()) != null; ) {
            String[] word = line.split(" ");
            try {
                if (word[0].equals("produce")) {
                    List<String> records = new ArrayList<>();
                    for (int i = Integer.parseInt(word[4]); i > 0; --i) records.add(in.readLine());
                    produce(word[1], word[2], word[3], records);
                } else {
                    consume(word[1], word[2], Integer.parseInt(word[3]));
                }
            } catch (Exception e) {
                System.out.println("failed: " + line + ": " + e);
            }
            System.out.println("done " + ++commands);
            System.out.flush();
        }
    }
}
