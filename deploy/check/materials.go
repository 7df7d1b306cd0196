package check

import (
	"bytes"
	"debug/buildinfo"
	"encoding/pem"
	"fmt"
	"runtime/debug"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// billOfMaterials lists the modules in a program, in CycloneDX's JSON. It has neither time nor serial number, so that equal
// programs have equal lists.
func billOfMaterials(p Program, program []byte) ([]byte, error) {
	info, err := buildinfo.Read(bytes.NewReader(program))
	if err != nil {
		return nil, fmt.Errorf("build information of %s: %w", p.Name, err)
	}
	bom := cyclonedx.NewBOM()
	bom.Metadata = &cyclonedx.Metadata{Component: &cyclonedx.Component{
		BOMRef: info.Main.Path, Type: cyclonedx.ComponentTypeApplication, Name: info.Main.Path, Version: p.Version,
	}}
	components := []cyclonedx.Component{componentOf("std", info.GoVersion, "")}
	for _, module := range info.Deps {
		if module.Replace != nil {
			module = replacement(module)
		}
		components = append(components, componentOf(module.Path, module.Version, module.Sum))
	}
	bom.Components = &components
	var text bytes.Buffer
	if err := cyclonedx.NewBOMEncoder(&text, cyclonedx.BOMFileFormatJSON).SetPretty(true).Encode(bom); err != nil {
		return nil, err
	}
	return text.Bytes(), nil
}

// replacement returns what a module is replaced by. A directory of this repository has no version, and keeps its name.
func replacement(module *debug.Module) *debug.Module {
	if module.Replace.Version == "" {
		return &debug.Module{Path: module.Path}
	}
	return module.Replace
}

func componentOf(path, version, sum string) cyclonedx.Component {
	url := "pkg:golang/" + path
	if version != "" {
		url += "@" + version
	}
	c := cyclonedx.Component{BOMRef: url, Type: cyclonedx.ComponentTypeLibrary, Name: path, Version: version, PackageURL: url}
	if sum != "" {
		c.Properties = &[]cyclonedx.Property{{Name: "go:sum", Value: sum}}
	}
	return c
}

// certificateAuthorities returns those that Mozilla trusts, as PEM. They are a module, so that each machine has the same.
func certificateAuthorities() ([]byte, error) {
	var text bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint != nil { // which a file of certificates cannot express
			continue
		}
		if err := pem.Encode(&text, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}); err != nil {
			return nil, err
		}
	}
	return text.Bytes(), nil
}
