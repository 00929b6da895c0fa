// dockerlint runs BuildKit's own Dockerfile parser and build checks, what `docker build --check` runs, with no daemon
// and no network: every base image resolves to an empty configuration.
//
//	dockerlint [-target STAGE] [-build-arg K=V]… [-skip RULE,RULE] DOCKERFILE…
//
// Exit 1 on a parse error or on any check that -skip does not name, 2 when a file cannot be read.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerui"
	"github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

const emptyImage = `{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers"}}`

// offline answers for every image without asking a registry.
type offline struct{}

func (offline) ResolveImageConfig(
	_ context.Context, ref string, _ sourceresolver.Opt,
) (string, digest.Digest, []byte, error) {
	return ref, "", []byte(emptyImage), nil
}

// lint returns one line per finding.
func lint(file string, text []byte, target string, args map[string]string, skip []string) []string {
	state := llb.Scratch()
	source := llb.NewSourceMap(&state, file, "Dockerfile", text)
	source.Definition = &llb.Definition{}
	result, err := dockerfile2llb.DockerfileLint(context.Background(), text, dockerfile2llb.ConvertOpt{
		Config:         dockerui.Config{BuildArgs: args, Target: target},
		MainContext:    &state,
		TargetPlatform: &ocispecs.Platform{OS: "linux", Architecture: "amd64"},
		MetaResolver:   offline{},
		SourceMap:      source,
	})
	if err != nil {
		return []string{fmt.Sprintf("%s: error: %v", file, err)}
	}
	var found []string
	if result.Error != nil {
		found = append(found, fmt.Sprintf("%s: error: %s", file, result.Error.Message))
	}
	for _, warning := range result.Warnings {
		if slices.Contains(skip, warning.RuleName) {
			continue
		}
		line := int32(0)
		if len(warning.Location.Ranges) > 0 {
			line = warning.Location.Ranges[0].Start.Line
		}
		found = append(found, fmt.Sprintf("%s:%d: %s: %s", file, line, warning.RuleName, warning.Detail))
	}
	return found
}

func main() {
	skip := flag.String("skip", "", "comma-separated rule names to ignore")
	target := flag.String("target", "", "build target")
	args := map[string]string{}
	flag.Func("build-arg", "K=V, repeatable", func(pair string) error {
		key, value, _ := strings.Cut(pair, "=")
		args[key] = value
		return nil
	})
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	bad := false
	for _, file := range flag.Args() {
		text, err := os.ReadFile(file)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		for _, line := range lint(file, text, *target, args, strings.Split(*skip, ",")) {
			fmt.Println(line)
			bad = true
		}
	}
	if bad {
		os.Exit(1)
	}
}
