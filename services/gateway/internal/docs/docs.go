// Package docs holds what the gateway serves about itself: the OpenAPI document, and the pages that show it.
//
// openapi.json and openapi.yaml are made by a test from the declarations of the routes (TestDocument in cmd/gateway). viewer
// holds Swagger UI (Apache License 2.0) as its npm package has it; `go generate` fetches the version that is pinned in generate.
package docs

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"io"
	"path"
	"sync"
)

//go:generate go run ./generate

//go:embed openapi.json openapi.yaml pages viewer
var files embed.FS

// File is a file as it is served.
type File struct {
	Type string // media type
	Tag  string // a strong entity tag of the content, quoted
	// Text is the content, and Zipped the same compressed with gzip.
	Text, Zipped []byte
}

var types = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".json": "application/json",
	".yaml": "application/yaml", ".txt": "text/plain; charset=utf-8",
}

// JSON is the document.
var JSON = sync.OnceValues(func() (File, error) {
	var compact bytes.Buffer
	if err := json.Compact(&compact, read("openapi.json")); err != nil {
		return File{}, err
	}
	return file(".json", compact.Bytes())
})

// YAML is the document in YAML.
var YAML = sync.OnceValues(func() (File, error) { return file(".yaml", read("openapi.yaml")) })

// Home is the page at the root of the API.
var Home = sync.OnceValues(func() (File, error) { return file(".html", read("pages/home.html")) })

// Reference is the page that shows the document.
var Reference = sync.OnceValues(func() (File, error) { return file(".html", read("pages/reference.html")) })

// Assets returns the files that the pages load, by name.
var Assets = sync.OnceValues(func() (map[string]File, error) {
	found := map[string]File{}
	for _, dir := range []string{"pages", "viewer"} {
		entries, err := files.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			name := e.Name()
			if path.Ext(name) == ".html" {
				continue
			}
			text := read(dir + "/" + name)
			if path.Ext(name) == ".gz" {
				name = name[:len(name)-len(".gz")]
				if text, err = unzip(text); err != nil {
					return nil, err
				}
			}
			if found[name], err = file(path.Ext(name), text); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
})

// read returns an embedded file. That it is there was checked by the compiler, or by ReadDir.
func read(name string) []byte {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return text
}

func file(extension string, text []byte) (File, error) {
	var zipped bytes.Buffer
	w, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	if err != nil {
		return File{}, err
	}
	if _, err := w.Write(text); err != nil {
		return File{}, err
	}
	if err := w.Close(); err != nil {
		return File{}, err
	}
	sum := sha256.Sum256(text)
	return File{Type: types[extension], Tag: `"` + hex.EncodeToString(sum[:16]) + `"`, Text: text, Zipped: zipped.Bytes()}, nil
}

func unzip(zipped []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(zipped))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
