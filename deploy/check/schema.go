package check

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"sigs.k8s.io/kubectl-validate/pkg/openapiclient"
	"sigs.k8s.io/kubectl-validate/pkg/validator"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

//go:embed crds
var crds embed.FS

const kubernetes = "1.30"

// Schemas validates objects as an API server would, except that it knows no other objects.
type Schemas struct{ validator *validator.Validator }

// NewSchemas reads the schemas.
func NewSchemas() (Schemas, error) {
	files, err := fs.Sub(crds, "crds")
	if err != nil {
		return Schemas{}, err
	}
	v, err := validator.New(openapiclient.NewComposite(
		openapiclient.NewLocalCRDFiles(files),
		openapiclient.NewOverlay(openapiclient.HardcodedPatchLoader(kubernetes), openapiclient.NewHardcodedBuiltins(kubernetes)),
	))
	return Schemas{v}, err
}

// Problems returns what an API server would refuse, unknown fields included.
func (s Schemas) Problems(objects []Object) []string {
	var problems []string
	for _, o := range objects {
		_, parsed, err := s.validator.Parse(unfolded(o))
		if err == nil {
			err = s.validator.Validate(parsed)
		}
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s: %v", o, err))
		}
	}
	return problems
}

// unfolded returns the object's text. Kustomize folds long values of secrets, which an API server unfolds.
func unfolded(o Object) []byte {
	data, isData := o.Fields["data"].(map[string]any)
	if o.Kind != "Secret" || !isData {
		return o.YAML
	}
	for name, value := range data {
		data[name] = strings.ReplaceAll(fmt.Sprint(value), "\n", "")
	}
	text, err := yaml.Marshal(o.Fields)
	if err != nil {
		return o.YAML
	}
	return text
}
