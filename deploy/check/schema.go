package check

import (
	"embed"
	"fmt"
	"io/fs"

	"sigs.k8s.io/kubectl-validate/pkg/openapiclient"
	"sigs.k8s.io/kubectl-validate/pkg/validator"
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
		_, parsed, err := s.validator.Parse(o.YAML)
		if err == nil {
			err = s.validator.Validate(parsed)
		}
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s: %v", o, err))
		}
	}
	return problems
}
