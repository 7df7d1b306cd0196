package check

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
)

// Compose loads a compose file with the given files of variables, strictly: a member that compose does not know is an error.
func Compose(ctx context.Context, file string, variables ...string) (*types.Project, error) {
	options, err := cli.NewProjectOptions([]string{file}, cli.WithEnvFiles(variables...), cli.WithDotEnv, cli.WithResolvedPaths(false), cli.WithName("muster"))
	if err != nil {
		return nil, err
	}
	return options.LoadProject(ctx)
}

// ComposeProblems returns what the policies refuse in a compose file.
func ComposeProblems(project *types.Project) []string {
	var problems []string
	for _, name := range slices.Sorted(maps.Keys(project.Services)) {
		s := project.Services[name]
		need := func(ok bool, problem string) {
			if !ok {
				problems = append(problems, fmt.Sprintf("service %s %s", name, problem))
			}
		}
		need(pinnedImage(s.Image), "has the image "+s.Image+" without a version")
		need(s.HealthCheck != nil && len(s.HealthCheck.Test) > 0 && !s.HealthCheck.Disable, "has no health check")
		need(!s.Privileged && s.User != "root" && s.User != "0", "runs as root")
		for _, port := range s.Ports {
			need(port.HostIP == "127.0.0.1", "has a port that is open to all: "+port.Published)
		}
		for dependency, on := range s.DependsOn {
			need(on.Condition == types.ServiceConditionHealthy || on.Condition == types.ServiceConditionCompletedSuccessfully, "does not wait until "+dependency+" is healthy")
		}
		for _, volume := range s.Volumes {
			need(volume.Type == types.VolumeTypeVolume || volume.ReadOnly && strings.HasPrefix(volume.Source, "./"), "mounts "+volume.Source+", which is neither a named volume nor a file of this repository to read")
		}
		if slices.Contains(Services, name) {
			need(s.ReadOnly, "can write to its root")
			need(slices.Equal(s.CapDrop, []string{"ALL"}), "keeps capabilities")
		}
	}
	return problems
}

// ComposeEnvironment returns the variables of a service.
func ComposeEnvironment(s types.ServiceConfig) map[string]string {
	environment := map[string]string{}
	for name, value := range s.Environment {
		if value != nil {
			environment[name] = *value
		}
	}
	return environment
}
