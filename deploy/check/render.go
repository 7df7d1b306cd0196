package check

import (
	"fmt"
	"io/fs"
	"os"
	"strings"

	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Object is a rendered Kubernetes object.
type Object struct {
	Kind, Name string
	Fields     map[string]any
	YAML       []byte
}

// String names the object in problems.
func (o Object) String() string { return o.Kind + " " + o.Name }

// Tree is a copy of the deployment files in memory, with which tests make mistakes.
type Tree struct{ files filesys.FileSystem }

// ReadTree copies the YAML, SQL and environment files below the directory deploy.
func ReadTree(deploy string) (Tree, error) {
	t, source := Tree{filesys.MakeFsInMemory()}, os.DirFS(deploy)
	for _, part := range []string{"k8s", "docker"} {
		err := fs.WalkDir(source, part, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := fs.ReadFile(source, path)
			if err != nil {
				return err
			}
			return t.files.WriteFile("/"+path, text)
		})
		if err != nil {
			return Tree{}, fmt.Errorf("read %s: %w", part, err)
		}
	}
	return t, nil
}

// Replace replaces text in a file, which must contain it.
func (t Tree) Replace(file, old, replacement string) error {
	text, err := t.files.ReadFile("/" + file)
	if err != nil {
		return err
	}
	if !strings.Contains(string(text), old) {
		return fmt.Errorf("%s does not contain %q", file, old)
	}
	return t.files.WriteFile("/"+file, []byte(strings.ReplaceAll(string(text), old, replacement)))
}

// Render renders an overlay.
func (t Tree) Render(overlay string) ([]Object, error) {
	rendered, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(t.files, "/k8s/overlays/"+overlay)
	if err != nil {
		return nil, err
	}
	var objects []Object
	for _, r := range rendered.Resources() {
		text, err := r.AsYAML()
		if err != nil {
			return nil, err
		}
		o := Object{Kind: r.GetKind(), Name: r.GetName(), YAML: text}
		if err := yaml.Unmarshal(text, &o.Fields); err != nil {
			return nil, fmt.Errorf("%s: %w", o, err)
		}
		objects = append(objects, o)
	}
	return objects, nil
}
