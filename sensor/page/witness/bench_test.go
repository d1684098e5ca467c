package witness

import (
	"bytes"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkRequest is one request for 10 KB on a connection that stands, and the same for a server asked directly.
func BenchmarkRequest(b *testing.B) {
	page := bytes.Repeat([]byte("0123456789"), 1024)
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(page) })
	plain := httptest.NewServer(handler)
	defer plain.Close()
	secure := httptest.NewTLSServer(handler)
	defer secure.Close()
	_, client := launch(b, Options{Intercept: true, Roots: []*x509.Certificate{secure.Certificate()}})
	for _, c := range []struct {
		name   string
		client *http.Client
		url    string
	}{
		{"http/direct", plain.Client(), plain.URL},
		{"http/witness", client, plain.URL},
		{"https/direct", secure.Client(), secure.URL},
		{"https/witness", client, secure.URL},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				response, err := c.client.Get(c.url)
				if err != nil {
					b.Fatal(err)
				}
				io.Copy(io.Discard, response.Body)
				response.Body.Close()
			}
		})
	}
}

// BenchmarkFramer is a megabyte of a WebSocket in messages of 1 KB.
func BenchmarkFramer(b *testing.B) {
	stream := bytes.Repeat(frameBytes(0x82, string(make([]byte, 1018))), 1024)
	f := &framer{masked: true, emit: func(message) {}}
	b.SetBytes(int64(len(stream)))
	for b.Loop() {
		f.feed(stream)
	}
}
