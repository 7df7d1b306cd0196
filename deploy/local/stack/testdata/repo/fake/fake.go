// Package fake is a service that only starts, answers and stops as Muster's services do.
package fake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// Serve runs the service. It shows its settings at /settings, fails if FAKE_FAIL names it, and ends for good if
// FAKE_MISCONFIGURED does. When it is stopped it adds its name to the file FAKE_ENDED.
func Serve(name string) {
	if os.Getenv("FAKE_FAIL") == name {
		fmt.Println("SOME_SETTING is missing")
		os.Exit(1)
	}
	if os.Getenv("FAKE_MISCONFIGURED") == name {
		fmt.Println(strings.ToUpper(name) + "_RETURN_URL_ORIGINS is wrong")
		os.Exit(78)
	}
	prefix := strings.ToUpper(name) + "_"
	settings := map[string]string{}
	for _, variable := range os.Environ() {
		key, value, _ := strings.Cut(variable, "=")
		if rest, ok := strings.CutPrefix(key, prefix); ok {
			settings[rest] = value
		}
	}
	mux := http.NewServeMux()
	internal := http.NewServeMux()
	internal.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /settings", func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(settings) })
	for addr, handler := range map[string]http.Handler{"ADDR": mux, "INTERNAL_ADDR": internal} {
		go func() {
			fmt.Println(http.ListenAndServe(settings[addr], handler))
			os.Exit(1)
		}()
	}
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGTERM)
	<-told
	if path := os.Getenv("FAKE_ENDED"); path != "" {
		file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		if err == nil {
			fmt.Fprintln(file, name)
			_ = file.Close()
		}
	}
}
