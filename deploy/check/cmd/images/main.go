// Command images builds the images of the services and the Stripe fake without a container engine, as one OCI image layout
// per program:
//
//	go run ./deploy/check/cmd/images -version 1.2.3 -out images        # images/identity, images/directory, …
//
// Run it at the root of the repository. Tools such as crane and skopeo push the layouts: crane push images/identity
// registry.example.com/muster/identity:1.2.3.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"muster/deploy/check"
)

func main() {
	version := flag.String("version", "dev", "the release")
	out := flag.String("out", "images", "directory of the layouts")
	architectures := flag.String("arch", "amd64,arm64", "architectures")
	flag.Parse()
	if err := build(context.Background(), *version, *out, strings.Split(*architectures, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "images:", err)
		os.Exit(1)
	}
}

func build(ctx context.Context, version, out string, architectures []string) error {
	programs := map[string]string{"stripefake": "./deploy/stripefake/cmd/stripefake"}
	for _, service := range check.Services {
		programs[service] = "./services/" + service + "/cmd/" + service
	}
	for name, main := range programs {
		index, err := check.Program{Root: ".", Package: main, Name: name, Version: version}.Index(ctx, architectures...)
		if err != nil {
			return err
		}
		if err := check.WriteLayout(filepath.Join(out, name), index); err != nil {
			return err
		}
		digest, err := index.Digest()
		if err != nil {
			return err
		}
		fmt.Println(name, digest)
	}
	return nil
}
