package service_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"muster/libs/service"
	"muster/libs/web"
)

func TestAScraperThatDoesNotReadIsCutOff(t *testing.T) {
	cut := make(chan error, 1)
	endless := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		page := make([]byte, 64<<10)
		for {
			if _, err := w.Write(page); err != nil {
				cut <- err
				return
			}
		}
	})
	engine := service.NewInternal("things", quiet, 100*time.Millisecond)
	web.MountProbes(engine, web.Probes{Service: "things", Metrics: endless})
	server := httptest.NewServer(engine)
	t.Cleanup(server.Close)
	c, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	fmt.Fprint(c, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
	select {
	case <-cut:
	case <-time.After(20 * time.Second):
		t.Error("the answer is still being written")
	}
}
