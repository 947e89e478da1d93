package io.seriatim.tools.replay;

import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;

import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Types;

/// What our Parquet files look like, told to the library, which needs no Hadoop for it.
///
/// ```
/// message samples {
///   optional binary metric (STRING);
///   required group labels (MAP) { repeated group key_value { required binary key (STRING); required binary value
/// (STRING); } }
///   required int64 timestamp (TIMESTAMP(MILLIS,true));
///   required double value;
/// }
/// ```
final class ParquetFiles {
    private static final int PAGE_BYTES = 128 * 1024;
    private static final int DICTIONARY_BYTES = 256 * 1024;
    private static final long LEAST_GROUP_BYTES = 1 << 20;
    private static final long MOST_GROUP_BYTES = 128 << 20;

    private ParquetFiles() {}

    static ParquetWriter<ParquetRow> writer(OutputFile file, ParquetTimes times, long memoryBytes) throws IOException {
        return new Builder(file, schema(times))
                .withConf(new PlainParquetConfiguration())
                .withCodecFactory(new GzipCodecs())
                .withCompressionCodec(CompressionCodecName.GZIP)
                .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_1_0)
                .withRowGroupSize(Math.clamp(memoryBytes / 2, LEAST_GROUP_BYTES, MOST_GROUP_BYTES))
                .withPageSize(PAGE_BYTES)
                .withDictionaryPageSize(DICTIONARY_BYTES)
                .withDictionaryEncoding("value", false)
                .build();
    }

    private static MessageType schema(ParquetTimes times) {
        final var timestamp = Types.required(PrimitiveType.PrimitiveTypeName.INT64);
        return Types.buildMessage()
                .optional(PrimitiveType.PrimitiveTypeName.BINARY)
                .as(stringType())
                .named("metric")
                .requiredMap()
                .key(PrimitiveType.PrimitiveTypeName.BINARY)
                .as(stringType())
                .requiredValue(PrimitiveType.PrimitiveTypeName.BINARY)
                .as(stringType())
                .named("labels")
                .addField((times.type() == null ? timestamp : timestamp.as(times.type())).named("timestamp"))
                .required(PrimitiveType.PrimitiveTypeName.DOUBLE)
                .named("value")
                .named("samples");
    }

    private static final class Builder extends ParquetWriter.Builder<ParquetRow, Builder> {
        private final MessageType schema;

        Builder(OutputFile file, MessageType schema) {
            super(file);
            this.schema = schema;
        }

        @Override
        protected Builder self() {
            return this;
        }

        @Override
        protected WriteSupport<ParquetRow> getWriteSupport(ParquetConfiguration configuration) {
            return new Rows(schema);
        }

        @Override
        @SuppressWarnings("deprecation") // abstract all the same; called where there is Hadoop only
        protected WriteSupport<ParquetRow> getWriteSupport(Configuration configuration) {
            return new Rows(schema);
        }
    }

    /// Takes a row apart.
    private static final class Rows extends WriteSupport<ParquetRow> {
        private final MessageType schema;
        private RecordConsumer consumer;

        Rows(MessageType schema) {
            this.schema = schema;
        }

        @Override
        public WriteContext init(ParquetConfiguration configuration) {
            return new WriteContext(schema, Map.of());
        }

        @Override
        @SuppressWarnings("deprecation") // likewise
        public WriteContext init(Configuration configuration) {
            return new WriteContext(schema, Map.of());
        }

        @Override
        public void prepareForWrite(RecordConsumer consumer) {
            this.consumer = consumer;
        }

        @Override
        public void write(ParquetRow row) {
            consumer.startMessage();
            if (row.series.metric() != null) {
                consumer.startField("metric", 0);
                consumer.addBinary(row.series.metric());
                consumer.endField("metric", 0);
            }
            consumer.startField("labels", 1);
            labels(row.series);
            consumer.endField("labels", 1);
            consumer.startField("timestamp", 2);
            consumer.addLong(row.timestamp);
            consumer.endField("timestamp", 2);
            consumer.startField("value", 3);
            consumer.addDouble(row.value);
            consumer.endField("value", 3);
            consumer.endMessage();
        }

        private void labels(ParquetRow.Series series) {
            consumer.startGroup();
            if (!series.names().isEmpty()) {
                consumer.startField("key_value", 0);
                for (int i = 0; i < series.names().size(); i++) {
                    consumer.startGroup();
                    consumer.startField("key", 0);
                    consumer.addBinary(series.names().get(i));
                    consumer.endField("key", 0);
                    consumer.startField("value", 1);
                    consumer.addBinary(series.values().get(i));
                    consumer.endField("value", 1);
                    consumer.endGroup();
                }
                consumer.endField("key_value", 0);
            }
            consumer.endGroup();
        }
    }
}
