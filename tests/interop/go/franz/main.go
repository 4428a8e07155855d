// SPDX-License-Identifier: Apache-2.0

// franz-go with its defaults (idempotent, acks=all):
//
//	franz produce BROKERS TOPIC none|gzip|snappy|lz4|zstd < records
//	franz consume BROKERS TOPIC COUNT > records
package main

import (
	"context"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"kwire/interop/line"
)

var codecs = map[string]kgo.CompressionCodec{
	"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
	"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
}

func produce(ctx context.Context, brokers []string, topic, codec string) {
	client, err := kgo.NewClient(kgo.SeedBrokers(brokers...), kgo.ProducerBatchCompression(codecs[codec]), kgo.AllowAutoTopicCreation())
	line.Fail(err)
	defer client.Close()
	var records []*kgo.Record
	for _, r := range line.Read() {
		out := &kgo.Record{Topic: topic, Key: r.Key, Value: r.Value}
		for _, h := range r.Headers {
			out.Headers = append(out.Headers, kgo.RecordHeader{Key: h.Key, Value: h.Value})
		}
		records = append(records, out)
	}
	line.Fail(client.ProduceSync(ctx, records...).FirstErr())
}

func consume(ctx context.Context, brokers []string, topic string, count int) {
	client, err := kgo.NewClient(kgo.SeedBrokers(brokers...), kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	line.Fail(err)
	defer client.Close()
	for seen := 0; seen < count; {
		fetched := client.PollFetches(ctx)
		line.Fail(fetched.Err())
		fetched.EachRecord(func(r *kgo.Record) {
			out := line.Record{Key: r.Key, Value: r.Value}
			for _, h := range r.Headers {
				out.Headers = append(out.Headers, line.Header{Key: h.Key, Value: h.Value})
			}
			line.Write(out)
			seen++
		})
	}
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	brokers := strings.Split(os.Args[2], ",")
	if os.Args[1] == "produce" {
		produce(ctx, brokers, os.Args[3], os.Args[4])
		return
	}
	count, err := strconv.Atoi(os.Args[4])
	line.Fail(err)
	consume(ctx, brokers, os.Args[3], count)
}
