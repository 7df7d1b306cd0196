package check

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Program is what an image holds.
type Program struct {
	Root    string // of the repository
	Package string // of the main function, such as ./services/identity/cmd/identity
	Name    string
	Version string
	Commit  string // empty if it is not known
}

// Unprivileged is the user of the images: nonroot, as in distroless images.
const Unprivileged = 65532

// Index builds the images of a program, one for each architecture. They hold the program, the certificate authorities that
// browsers trust, and the list of what the program is made of (SBOM). Equal sources make equal images.
func (p Program) Index(ctx context.Context, architectures ...string) (v1.ImageIndex, error) {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, architecture := range architectures {
		image, err := p.image(ctx, architecture)
		if err != nil {
			return nil, fmt.Errorf("%s for %s: %w", p.Name, architecture, err)
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add: image, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: architecture}},
		})
	}
	return index, nil
}

// WriteLayout writes an index into a directory, as an OCI image layout.
func WriteLayout(dir string, index v1.ImageIndex) error {
	_, err := layout.Write(dir, index)
	return err
}

func (p Program) image(ctx context.Context, architecture string) (v1.Image, error) {
	program, err := p.build(ctx, architecture)
	if err != nil {
		return nil, err
	}
	parts, err := billOfMaterials(p, program)
	if err != nil {
		return nil, err
	}
	authorities, err := certificateAuthorities()
	if err != nil {
		return nil, err
	}
	base, err := layerOf(file{"etc/ssl/certs/ca-certificates.crt", 0o444, authorities})
	if err != nil {
		return nil, err
	}
	top, err := layerOf(file{"program", 0o555, program}, file{"sbom.cdx.json", 0o444, parts})
	if err != nil {
		return nil, err
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	if image, err = mutate.AppendLayers(image, base, top); err != nil {
		return nil, err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture, config.Created = "linux", architecture, v1.Time{Time: time.Unix(0, 0).UTC()}
	config.Config = v1.Config{
		Entrypoint: []string{"/program"}, User: fmt.Sprintf("%d:%d", Unprivileged, Unprivileged), WorkingDir: "/",
		Labels:      map[string]string{"org.opencontainers.image.title": "muster " + p.Name, "org.opencontainers.image.version": p.Version},
		Healthcheck: &v1.HealthConfig{Test: []string{"CMD", "/program", "health"}, Interval: 5 * time.Second, Timeout: 5 * time.Second, StartPeriod: 2 * time.Minute},
	}
	return mutate.ConfigFile(image, config)
}

// build compiles the program without anything of this machine in it.
func (p Program) build(ctx context.Context, architecture string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "muster-image-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, p.Name)
	workspace, err := p.workspace()
	if err != nil {
		return nil, err
	}
	flags := "-s -w -X muster/libs/service.Version=" + p.Version + " -X muster/libs/service.Commit=" + p.Commit
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", out, p.Package)
	cmd.Dir = p.Root
	cmd.Env = append(os.Environ(), "GOWORK="+workspace, "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+architecture)
	if output, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w: %s", err, output)
	}
	return os.ReadFile(out)
}

// workspace returns the workspace of the sources, which this module is not part of, or "off".
func (p Program) workspace() (string, error) {
	file, err := filepath.Abs(filepath.Join(p.Root, "go.work"))
	if err != nil {
		return "", err
	}
	_, err = os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "off", nil
	}
	return file, err
}

type file struct {
	name string
	mode int64
	text []byte
}

// layerOf makes a layer of files that belong to root and have no times.
func layerOf(files ...file) (v1.Layer, error) {
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	for _, f := range files {
		err := w.WriteHeader(&tar.Header{Name: f.name, Mode: f.mode, Size: int64(len(f.text)), Typeflag: tar.TypeReg, ModTime: time.Unix(0, 0), Format: tar.FormatPAX})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(f.text); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(archive.Bytes())), nil },
		tarball.WithMediaType(types.OCILayer))
}
