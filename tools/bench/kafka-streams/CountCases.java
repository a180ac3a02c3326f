// The peer of the analytics benchmark: cases counted by region × line × cause × month, as Kafka Streams does it by the
// book. Exactly once, RocksDB; a case's newest facts are a table, which is grouped anew when one of them changes.
// java -cp <jars> CountCases.java <brokers> <topic> <cases> <folder>   prints one line of JSON when all cases are counted.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Properties;
import java.lang.management.ManagementFactory;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.*;
import org.apache.kafka.streams.kstream.*;
import org.apache.kafka.streams.processor.api.*;
import org.apache.kafka.streams.state.*;

public class CountCases {
    static final ObjectMapper JSON = new ObjectMapper();
    static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("yyyy-MM").withZone(ZoneId.of("Asia/Shanghai"));

    /** The event's type, which is a header, with what of its payload is counted by. */
    static class Read implements FixedKeyProcessor<String, byte[], String> {
        FixedKeyProcessorContext<String, String> context;
        public void init(FixedKeyProcessorContext<String, String> context) { this.context = context; }
        public void process(FixedKeyRecord<String, byte[]> record) {
            var header = record.headers().lastHeader("ce_type");
            if (header == null || record.key() == null) return;
            String type = new String(header.value(), StandardCharsets.UTF_8);
            try {
                JsonNode event = JSON.readTree(record.value());
                if (type.endsWith(".CaseOpened")) {
                    String month = MONTH.format(Instant.parse(event.get("openedAt").asText()));
                    context.forward(record.withValue("O|" + event.path("regionId").asText() + "|" + event.path("lineId").asText() + "|" + month));
                } else if (type.endsWith(".CaseClassified")) context.forward(record.withValue("C|" + event.get("classification").asText()));
            } catch (java.io.IOException error) {
                throw new RuntimeException(error);
            }
        }
    }

    /** region|line|month|cause */
    static String fold(String known, String change) {
        if (change.startsWith("O|")) return change.substring(2) + "|";
        return known.substring(0, known.lastIndexOf('|') + 1) + change.substring(2);
    }

    public static void main(String[] args) throws Exception {
        String brokers = args[0], topic = args[1], folder = args[3];
        long cases = Long.parseLong(args[2]);
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "count-cases-" + System.currentTimeMillis());
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        config.put(StreamsConfig.STATE_DIR_CONFIG, folder);
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
        config.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        config.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");

        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(topic, Consumed.with(Serdes.String(), Serdes.ByteArray()))
            .processValues(Read::new)
            .groupByKey(Grouped.with(Serdes.String(), Serdes.String()))
            .aggregate(() -> "|||", (key, change, known) -> fold(known, change), Materialized.as("cases"))
            .groupBy((key, facts) -> KeyValue.pair(facts, ""), Grouped.with(Serdes.String(), Serdes.String()))
            .count(Materialized.<String, Long, KeyValueStore<Bytes, byte[]>>as("counts"));

        KafkaStreams streams = new KafkaStreams(builder.build(), config);
        long began = System.nanoTime();
        streams.start();
        ReadOnlyKeyValueStore<String, Long> counts = null;
        long counted = 0;
        while (counted < cases) {
            Thread.sleep(200);
            try {
                if (counts == null) counts = streams.store(StoreQueryParameters.fromNameAndType("counts", QueryableStoreTypes.keyValueStore()));
                counted = 0;
                try (var all = counts.all()) { while (all.hasNext()) counted += all.next().value; }
            } catch (RuntimeException notYet) {
                counts = null;
            }
        }
        long ms = (System.nanoTime() - began) / 1_000_000;
        long cpuMs = ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1_000_000;
        System.out.println("{\"ms\":" + ms + ",\"cpuMs\":" + cpuMs + ",\"counted\":" + counted + "}");
        streams.close();
        System.exit(0);
    }
}
