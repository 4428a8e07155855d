// SPDX-License-Identifier: Apache-2.0

// Package line reads and writes records in the form that all clients of the interop tests share, which is kcat's
// -f '%K|%k|%S|%s|%h': key length, key, value length, value, headers. A length of -1 and a header value NULL are null.
package line

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Header is a name and a value that can be nil.
type Header struct {
	Key   string
	Value []byte
}

// Record has a nil Key or Value where they are null.
type Record struct {
	Key, Value []byte
	Headers    []Header
}

func bytesOf(length, text string) []byte {
	if n, err := strconv.Atoi(length); err != nil || n < 0 {
		return nil
	}
	return []byte(text)
}

// Read returns all records of stdin.
func Read() []Record {
	var all []Record
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		part := strings.SplitN(in.Text(), "|", 5)
		if len(part) != 5 {
			Fail(fmt.Errorf("no record: %q", in.Text()))
		}
		r := Record{Key: bytesOf(part[0], part[1]), Value: bytesOf(part[2], part[3])}
		if part[4] != "" {
			for _, h := range strings.Split(part[4], ",") {
				key, value, _ := strings.Cut(h, "=")
				header := Header{Key: key, Value: []byte(value)}
				if value == "NULL" {
					header.Value = nil
				}
				r.Headers = append(r.Headers, header)
			}
		}
		all = append(all, r)
	}
	return all
}

func lengthOf(b []byte) int {
	if b == nil {
		return -1
	}
	return len(b)
}

// Write prints one record on stdout.
func Write(r Record) {
	var headers []string
	for _, h := range r.Headers {
		value := "NULL"
		if h.Value != nil {
			value = string(h.Value)
		}
		headers = append(headers, h.Key+"="+value)
	}
	fmt.Printf("%d|%s|%d|%s|%s\n", lengthOf(r.Key), r.Key, lengthOf(r.Value), r.Value, strings.Join(headers, ","))
}

// Fail ends the program unless err is nil.
func Fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
