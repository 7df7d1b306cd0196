package asyncapi

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"muster/libs/openapi"
)

// module is the import path of the contracts.
const module = "muster/libs/contracts"

// source is what the Go source of the contracts says and reflection does not.
type source struct {
	comments map[string]string          // of types and members, by their full names
	values   map[string][]openapi.Value // of types with constants, by their full names
	payloads map[string]bool            // full names of the types that are payloads
}

// readSource reads the contracts in a directory.
func readSource(dir string) (source, error) {
	s := source{comments: map[string]string{}, values: map[string][]openapi.Value{}, payloads: map[string]bool{}}
	packages, err := filepath.Glob(filepath.Join(dir, "*v1"))
	if err != nil {
		return s, err
	}
	for _, p := range packages {
		if err := s.readPackage(p, path.Join(module, filepath.Base(p))); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (s *source) readPackage(dir, name string) error {
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, f.Name()), nil, parser.ParseComments)
		if err != nil {
			return err
		}
		for _, declaration := range file.Decls {
			s.read(declaration, name)
		}
	}
	return nil
}

func (s *source) read(declaration ast.Decl, pkg string) {
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		if receiver, ok := receiverOf(d); ok && d.Name.Name == "EventType" {
			s.payloads[pkg+"."+receiver] = true
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				s.readType(spec, textOf(d.Doc, spec.Doc), pkg)
			case *ast.ValueSpec:
				s.readConstant(spec, pkg)
			}
		}
	}
}

func receiverOf(f *ast.FuncDecl) (string, bool) {
	if f.Recv == nil {
		return "", false
	}
	receiver, ok := f.Recv.List[0].Type.(*ast.Ident)
	if !ok {
		return "", false
	}
	return receiver.Name, true
}

func (s *source) readType(spec *ast.TypeSpec, text, pkg string) {
	full := pkg + "." + spec.Name.Name
	s.comments[full] = text
	members, ok := spec.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, m := range members.Fields.List {
		for _, name := range m.Names {
			s.comments[full+"."+name.Name] = textOf(m.Doc, m.Comment)
		}
	}
}

func (s *source) readConstant(spec *ast.ValueSpec, pkg string) {
	of, typed := spec.Type.(*ast.Ident)
	if !typed {
		return
	}
	for _, value := range spec.Values {
		literal, ok := value.(*ast.BasicLit)
		if !ok {
			continue
		}
		if text, err := strconv.Unquote(literal.Value); err == nil {
			full := pkg + "." + of.Name
			s.values[full] = append(s.values[full], openapi.Value{Text: text, Meaning: textOf(spec.Doc, spec.Comment)})
		}
	}
}

// textOf returns the first comment that there is.
func textOf(groups ...*ast.CommentGroup) string {
	for _, g := range groups {
		if text := strings.TrimSpace(g.Text()); text != "" {
			return text
		}
	}
	return ""
}
