// Command generate writes the Go code for the .proto files in the directory zitadel of the given directory.
//
// The files are compiled in process, so no protoc is needed, and google/api/annotations.proto comes from the Go package
// that defines its options, so it need not be copied here. The plugins run as `go tool`, at the versions of go.mod.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	_ "google.golang.org/genproto/googleapis/api/annotations" // registers the HTTP rules' file and options
)

// goPackage is the prefix of the Go import paths of the generated code, which becomes the given directory.
const goPackage = "muster/services/gateway/internal/zitadelpb"

// plugins maps the code generators to their parameters. With "simple", a handler takes and returns plain messages.
var plugins = map[string]string{
	"protoc-gen-go":         "module=" + goPackage,
	"protoc-gen-connect-go": "module=" + goPackage + ",simple",
}

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return errors.New("usage: generate DIRECTORY")
	}
	files, err := generate(ctx, args[0])
	if err != nil {
		return err
	}
	for name, text := range files {
		path := filepath.Join(args[0], name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // source code
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil { //nolint:gosec // source code
			return err
		}
	}
	return nil
}

// generate returns the generated files by their names relative to dir.
func generate(ctx context.Context, dir string) (map[string]string, error) {
	request, err := compile(ctx, dir)
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for plugin, parameter := range plugins {
		request.Parameter = &parameter
		answer, err := call(ctx, dir, plugin, request)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", plugin, err)
		}
		for _, f := range answer.GetFile() {
			files[f.GetName()] = f.GetContent()
		}
	}
	return files, nil
}

// compile returns the request to a plugin for all .proto files.
func compile(ctx context.Context, dir string) (*pluginpb.CodeGeneratorRequest, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "zitadel", "*.proto"))
	if err != nil {
		return nil, err
	}
	for i, path := range paths {
		paths[i] = "zitadel/" + filepath.Base(path)
	}
	compiler := protocompile.Compiler{
		Resolver: protocompile.CompositeResolver{
			&protocompile.SourceResolver{ImportPaths: []string{dir}}, protocompile.ResolverFunc(registered),
		},
		SourceInfoMode: protocompile.SourceInfoStandard,
	}
	files, err := compiler.Compile(ctx, paths...)
	if err != nil {
		return nil, err
	}
	request := &pluginpb.CodeGeneratorRequest{FileToGenerate: paths}
	seen := map[string]bool{}
	for _, f := range files {
		if request.ProtoFile, err = withImports(request.ProtoFile, f, seen); err != nil {
			return nil, err
		}
	}
	return request, nil
}

// registered finds the files of Go packages that this program imports.
func registered(path string) (protocompile.SearchResult, error) {
	d, err := protoregistry.GlobalFiles.FindFileByPath(path)
	return protocompile.SearchResult{Desc: d}, err
}

// withImports appends the file after the files that it imports, as plugins expect. The detour over bytes makes a plugin
// see the options as fields that it knows, whichever Go type the compiler used for them.
func withImports(files []*descriptorpb.FileDescriptorProto, f protoreflect.FileDescriptor, seen map[string]bool) ([]*descriptorpb.FileDescriptorProto, error) {
	if seen[f.Path()] {
		return files, nil
	}
	seen[f.Path()] = true
	for i := range f.Imports().Len() {
		var err error
		if files, err = withImports(files, f.Imports().Get(i).FileDescriptor, seen); err != nil {
			return nil, err
		}
	}
	text, err := proto.MarshalOptions{Deterministic: true}.Marshal(protodesc.ToFileDescriptorProto(f))
	if err != nil {
		return nil, err
	}
	var d descriptorpb.FileDescriptorProto
	if err := proto.Unmarshal(text, &d); err != nil {
		return nil, err
	}
	return append(files, &d), nil
}

func call(ctx context.Context, dir, plugin string, request *pluginpb.CodeGeneratorRequest) (*pluginpb.CodeGeneratorResponse, error) {
	input, err := proto.Marshal(request)
	if err != nil {
		return nil, err
	}
	var output, problems bytes.Buffer
	cmd := exec.CommandContext(ctx, "go", "tool", plugin)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, bytes.NewReader(input), &output, &problems
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, strings.TrimSpace(problems.String()))
	}
	var answer pluginpb.CodeGeneratorResponse
	if err := proto.Unmarshal(output.Bytes(), &answer); err != nil {
		return nil, err
	}
	if answer.Error != nil {
		return nil, errors.New(answer.GetError())
	}
	return &answer, nil
}
