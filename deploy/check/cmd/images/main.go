// Command images builds the images of the services, the Stripe fake and the demo without a container engine, as one OCI image layout
// per program:
//
//	cd deploy/check && GOWORK=off go run ./cmd/images -version 1.2.3 -commit $(git rev-parse HEAD) -out ../../images
//
// The layouts are images/identity, images/directory and so on. Tools such as crane and skopeo push the layouts: crane push images/identity
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
	commit := flag.String("commit", "", "the commit of the sources")
	root := flag.String("root", "../..", "the root of the repository")
	out := flag.String("out", "images", "directory of the layouts")
	architectures := flag.String("arch", "amd64,arm64", "architectures")
	flag.Parse()
	if err := build(context.Background(), check.Program{Root: *root, Version: *version, Commit: *commit}, *out, strings.Split(*architectures, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "images:", err)
		os.Exit(1)
	}
}

func build(ctx context.Context, p check.Program, out string, architectures []string) error {
	programs := map[string]string{"stripefake": "./deploy/stripefake/cmd/stripefake", "demo": "./deploy/local/cmd/demo"}
	for _, service := range check.Services {
		programs[service] = "./services/" + service + "/cmd/" + service
	}
	for name, main := range programs {
		p.Name, p.Package = name, main
		index, err := p.Index(ctx, architectures...)
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
