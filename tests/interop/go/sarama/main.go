// SPDX-License-Identifier: Apache-2.0

// Sarama with its defaults but for what a synchronous producer must set:
//
//	sarama produce BROKERS TOPIC none|gzip|snappy|lz4|zstd < records
//	sarama consume BROKERS TOPIC COUNT > records
package main

import (
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/IBM/sarama"

	"kwire/interop/line"
)

var codecs = map[string]sarama.CompressionCodec{
	"none": sarama.CompressionNone, "gzip": sarama.CompressionGZIP, "snappy": sarama.CompressionSnappy,
	"lz4": sarama.CompressionLZ4, "zstd": sarama.CompressionZSTD,
}

func encoded(b []byte) sarama.Encoder {
	if b == nil {
		return nil
	}
	return sarama.ByteEncoder(b)
}

func produce(brokers []string, topic, codec string) {
	config := sarama.NewConfig()
	config.Producer.Return.Successes = true
	config.Producer.Compression = codecs[codec]
	producer, err := sarama.NewSyncProducer(brokers, config)
	line.Fail(err)
	var messages []*sarama.ProducerMessage
	for _, r := range line.Read() {
		m := &sarama.ProducerMessage{Topic: topic, Key: encoded(r.Key), Value: encoded(r.Value)}
		for _, h := range r.Headers {
			m.Headers = append(m.Headers, sarama.RecordHeader{Key: []byte(h.Key), Value: h.Value})
		}
		messages = append(messages, m)
	}
	line.Fail(producer.SendMessages(messages))
	line.Fail(producer.Close())
}

func consume(brokers []string, topic string, count int) {
	consumer, err := sarama.NewConsumer(brokers, sarama.NewConfig())
	line.Fail(err)
	partitions, err := consumer.Partitions(topic)
	line.Fail(err)
	messages := make(chan *sarama.ConsumerMessage)
	for _, p := range partitions {
		part, err := consumer.ConsumePartition(topic, p, sarama.OffsetOldest)
		line.Fail(err)
		go func() {
			for m := range part.Messages() {
				messages <- m
			}
		}()
	}
	late := time.After(time.Minute)
	for seen := 0; seen < count; seen++ {
		select {
		case m := <-messages:
			r := line.Record{Key: m.Key, Value: m.Value}
			for _, h := range m.Headers {
				r.Headers = append(r.Headers, line.Header{Key: string(h.Key), Value: h.Value})
			}
			line.Write(r)
		case <-late:
			os.Exit(1)
		}
	}
}

func main() {
	brokers := strings.Split(os.Args[2], ",")
	if os.Args[1] == "produce" {
		produce(brokers, os.Args[3], os.Args[4])
		return
	}
	count, err := strconv.Atoi(os.Args[4])
	line.Fail(err)
	consume(brokers, os.Args[3], count)
}
