package check_test

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"muster/deploy/check"
)

var identity = check.Program{Root: root, Package: "./services/identity/cmd/identity", Name: "identity", Version: "1.2.3", Commit: "c0ffee"}

// identityIndex builds identity's image once.
var identityIndex = sync.OnceValues(func() (v1.ImageIndex, error) { return identity.Index(context.Background(), "amd64") })

// unpack writes the files of an image into a directory that anybody can read, and returns it with the files' names.
func unpack(t *testing.T, image v1.Image) (dir string, names []string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "muster-unpacked-*") // not t.TempDir, whose parent only this user can enter
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	content := mutate.Extract(image)
	defer content.Close()
	for r := tar.NewReader(content); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return dir, names
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, header.Name)
		text, err := io.ReadAll(r)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, filepath.Base(header.Name)), text, header.FileInfo().Mode())
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.Uid != 0 || header.FileInfo().Mode()&0o222 != 0 {
			t.Errorf("%s belongs to %d and has the mode %v", header.Name, header.Uid, header.FileInfo().Mode())
		}
	}
}

// images reads the image of one architecture from a layout.
func imageOf(t *testing.T, dir, architecture string) v1.Image {
	t.Helper()
	path, err := layout.FromPath(dir)
	if err != nil {
		t.Fatal(err)
	}
	index, err := path.ImageIndex()
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(manifest.Manifests, func(d v1.Descriptor) bool { return d.Platform != nil && d.Platform.Architecture == architecture })
	if i < 0 {
		t.Fatalf("no image for %s", architecture)
	}
	image, err := path.Image(manifest.Manifests[i].Digest)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// asNobody runs the program of an unpacked image as an unprivileged user, without anything of this environment.
func asNobody(t *testing.T, dir, command string, environment ...string) (output string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(dir, "program"), command)
	cmd.Env, cmd.Dir = append([]string{"PATH=/nowhere"}, environment...), "/"
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: check.Unprivileged, Gid: check.Unprivileged}}
	}
	text, err := cmd.CombinedOutput()
	if err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(text), cmd.ProcessState.ExitCode()
}

func TestTheProgramOfAnImageRuns(t *testing.T) {
	index, err := identityIndex()
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	if err := check.WriteLayout(out, index); err != nil {
		t.Fatal(err)
	}
	image := imageOf(t, out, "amd64")
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if config.Config.User != "65532:65532" || !slices.Equal(config.Config.Entrypoint, []string{"/program"}) || config.Config.Healthcheck == nil || len(config.Config.Env) > 0 {
		t.Errorf("the image's settings are %+v", config.Config)
	}
	dir, names := unpack(t, image)
	slices.Sort(names)
	if !slices.Equal(names, []string{"etc/ssl/certs/ca-certificates.crt", "program", "sbom.cdx.json"}) {
		t.Errorf("the image holds %q", names)
	}
	if output, code := asNobody(t, dir, "--version"); code != 0 || !strings.HasPrefix(output, "identity 1.2.3 (commit c0ffee, go1.") {
		t.Errorf("--version: %d %s", code, output)
	}
	ready := true
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !ready {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	addr := "IDENTITY_INTERNAL_ADDR=" + server.Listener.Addr().String()
	if output, code := asNobody(t, dir, "health", addr); code != 0 {
		t.Errorf("health: %d %s", code, output)
	}
	ready = false
	if output, code := asNobody(t, dir, "health", addr); code != 1 {
		t.Errorf("health of a service that is not ready: %d %s", code, output)
	}
	if output, code := asNobody(t, dir, "settings"); code != 78 || !strings.Contains(output, "IDENTITY_POSTGRES_URL is missing") {
		t.Errorf("settings: %d %s", code, output)
	}
	checkMaterials(t, filepath.Join(dir, "sbom.cdx.json"))
}

func checkMaterials(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var bom struct {
		BOMFormat  string
		Components []struct{ Name, Version, Purl string }
	}
	if err := json.Unmarshal(text, &bom); err != nil {
		t.Fatal(err)
	}
	versions := map[string]string{}
	for _, c := range bom.Components {
		versions[c.Name] = c.Version
	}
	if bom.BOMFormat != "CycloneDX" || !strings.HasPrefix(versions["std"], "go1.") || !strings.HasPrefix(versions["github.com/gin-gonic/gin"], "v1.") || len(versions) < 20 {
		t.Errorf("the list of materials: %s %v", bom.BOMFormat, versions)
	}
}

// Two builds, one of them from a copy of the sources in another directory, make one digest.
func TestEqualSourcesMakeEqualImages(t *testing.T) {
	elsewhere := t.TempDir()
	copySources := exec.CommandContext(t.Context(), "sh", "-c", `git ls-files -z -co --exclude-standard -- go.work libs services 'deploy/*.go' 'deploy/*/go.mod' 'deploy/*/go.sum' | xargs -0 cp --parents -t "$0"`, elsewhere)
	copySources.Dir = root
	if output, err := copySources.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	here, err := identityIndex()
	if err != nil {
		t.Fatal(err)
	}
	copied := identity
	copied.Root = elsewhere
	there, err := copied.Index(t.Context(), "amd64")
	if err != nil {
		t.Fatal(err)
	}
	var digests []v1.Hash
	for _, index := range []v1.ImageIndex{here, there} {
		digest, err := index.Digest()
		if err != nil {
			t.Fatal(err)
		}
		digests = append(digests, digest)
	}
	if digests[0] != digests[1] {
		t.Errorf("the digests are %v", digests)
	}
}

// Both architectures are in one index. A small program shows it, because a service takes minutes to compile anew.
func TestAnIndexHasBothArchitectures(t *testing.T) {
	index, err := check.Program{Root: ".", Package: "./testdata/small", Name: "small", Version: "1"}.Index(t.Context(), "amd64", "arm64")
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	if err := check.WriteLayout(out, index); err != nil {
		t.Fatal(err)
	}
	for _, architecture := range []string{"amd64", "arm64"} {
		config, err := imageOf(t, out, architecture).ConfigFile()
		if err != nil || config.Architecture != architecture || config.OS != "linux" {
			t.Errorf("%s: %+v, %v", architecture, config, err)
		}
	}
}
