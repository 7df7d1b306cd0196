package opscli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// The exit codes.
const (
	done   = 0
	failed = 1 // the service refuses, does not answer, or did only a part
	misuse = 2 // the command line is wrong; nothing was asked for
)

// Environment is the environment that the command runs in.
type Environment struct {
	Getenv         func(string) string
	Stdout, Stderr io.Writer
	// Secret returns the service secret when MUSTER_SERVICE_SECRET is not set.
	Secret func() (string, error)
	// Addr returns a service's internal address when neither --addr nor MUSTER_<SERVICE>_INTERNAL_ADDR names it.
	Addr func(service string) string
	// Kafka returns the brokers when MUSTER_KAFKA_BROKERS does not name them.
	Kafka func() string
}

// Run runs "muster ops" with the given arguments and returns the exit code: 0 on success, 1 when the service refuses,
// does not answer or did only a part, 2 when the command line is wrong.
func Run(ctx context.Context, args []string, env Environment) int {
	err := run(ctx, args, env)
	if err == nil {
		return done
	}
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(env.Stdout, usage)
		return done
	}
	fmt.Fprintln(env.Stderr, "muster ops:", err)
	if _, wrong := errors.AsType[misused](err); wrong {
		fmt.Fprintln(env.Stderr, `"muster ops --help" lists the commands.`)
		return misuse
	}
	return failed
}

// misused is a usage error.
type misused string

// Error returns the text for the operator.
func (m misused) Error() string { return string(m) }

// command is one noun and verb.
type command struct {
	run   func(*session) error
	args  int      // how many arguments it takes; 1 also stands for --all where it has that flag
	flags []string // besides those that all commands have
}

var commands = map[string]command{
	"parked list":     {run: listParked, flags: []string{"after", "limit"}},
	"parked show":     {run: showParked, args: 1},
	"parked replay":   {run: replayParked, args: 1, flags: []string{"all"}},
	"parked drop":     {run: dropParked, args: 1, flags: []string{"yes"}},
	"outbox list":     {run: listDead, flags: []string{"after", "limit"}},
	"outbox show":     {run: showDead, args: 1},
	"outbox requeue":  {run: requeueDead, args: 1},
	"outbox drop":     {run: dropDead, args: 1, flags: []string{"yes"}},
	"topics list":     {run: listTopics},
	"topics rewind":   {run: rewindTopic, args: 1, flags: []string{"to", "partition", "yes"}},
	"topics resume":   {run: resumeTopic, args: 1, flags: []string{"partition", "yes"}},
	tail:              {run: tailTopics, flags: []string{"topic", "type", "user", "since", "follow", "until-end"}},
	"model show":      {run: showModel},
	"model rebuild":   {run: rebuildModel},
	"model accept":    {run: acceptModel, flags: []string{"yes"}},
	"tasks list":      {run: listTasks, flags: []string{"state", "after", "limit"}},
	"tasks replay":    {run: replayTask, args: 1},
	"keys list":       {run: listKeys},
	"keys rotate":     {run: rotateKeys},
	"state republish": {run: republish, args: 1, flags: []string{"all", "from"}},
}

// session is one run of a command.
type session struct {
	ctx    context.Context // of the one call that the session lives for
	env    Environment
	client *client
	args   []string
	given  map[string]bool // the flags that were set

	addr, to, state string
	json, yes, all  bool
	after, from     int64
	limit           int
	partition       int

	topics, types, user, since string
	follow, untilEnd           bool
}

func run(ctx context.Context, args []string, env Environment) error {
	if len(args) == 0 || args[0] == "-h" || args[0] == "-help" || args[0] == "--help" || args[0] == "help" {
		return flag.ErrHelp
	}
	s := &session{ctx: ctx, env: env, given: make(map[string]bool)}
	words, err := s.parse(args)
	if err != nil {
		return err
	}
	if len(words) >= 2 && words[0]+" "+words[1] == tail {
		s.args = words[2:]
		if err := s.check(tail, commands[tail]); err != nil {
			return err
		}
		return tailTopics(s)
	}
	if len(words) < 3 {
		return misused("a command is SERVICE NOUN VERB, such as: identity parked list")
	}
	service, name := words[0], words[1]+" "+words[2]
	s.args = words[3:]
	c, known := commands[name]
	if !known || name == tail {
		return misused(fmt.Sprintf("there is no command %q", name))
	}
	if err := s.check(name, c); err != nil {
		return err
	}
	if s.client, err = s.connect(service); err != nil {
		return err
	}
	return c.run(s)
}

// parse parses the flags, which may be anywhere, and returns the other arguments.
func (s *session) parse(args []string) (words []string, err error) {
	flags := flag.NewFlagSet("muster ops", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&s.addr, "addr", "", "")
	flags.BoolVar(&s.json, "json", false, "")
	flags.BoolVar(&s.yes, "yes", false, "")
	flags.BoolVar(&s.all, "all", false, "")
	flags.Int64Var(&s.after, "after", 0, "")
	flags.IntVar(&s.limit, "limit", 50, "")
	flags.StringVar(&s.to, "to", "", "")
	flags.IntVar(&s.partition, "partition", 0, "")
	flags.StringVar(&s.state, "state", "dead", "")
	flags.Int64Var(&s.from, "from", 1, "")
	flags.StringVar(&s.topics, "topic", "", "")
	flags.StringVar(&s.types, "type", "", "")
	flags.StringVar(&s.user, "user", "", "")
	flags.StringVar(&s.since, "since", "", "")
	flags.BoolVar(&s.follow, "follow", false, "")
	flags.BoolVar(&s.untilEnd, "until-end", false, "")
	for {
		if err := flags.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, misused(err.Error())
		}
		if flags.NArg() == 0 {
			break
		}
		words, args = append(words, flags.Arg(0)), flags.Args()[1:]
	}
	flags.Visit(func(f *flag.Flag) { s.given[f.Name] = true })
	return words, nil
}

// check says what is wrong with the arguments and flags of a command.
func (s *session) check(name string, c command) error {
	for _, f := range slices.Sorted(maps.Keys(s.given)) {
		if f != "addr" && f != "json" && !slices.Contains(c.flags, f) {
			return misused(fmt.Sprintf("%q has no flag --%s", name, f))
		}
	}
	want := c.args
	if s.all {
		want = 0
	}
	switch {
	case len(s.args) < want && slices.Contains(c.flags, "all"):
		return misused(fmt.Sprintf("%q needs an id, or --all", name))
	case len(s.args) != want:
		return misused(fmt.Sprintf("%q takes %d argument(s) besides flags, not %d", name, want, len(s.args)))
	case slices.Contains(c.flags, "yes") && !s.yes:
		return misused(fmt.Sprintf("%q cannot be taken back: say --yes to do it", name))
	}
	return nil
}

// connect finds the service's address and the secret.
func (s *session) connect(service string) (*client, error) {
	if !slices.Contains([]string{"identity", "directory", "billing", "gateway"}, service) {
		return nil, misused(fmt.Sprintf("there is no service %q: it is identity, directory, billing or gateway", service))
	}
	addr := s.addr
	if addr == "" {
		addr = s.env.Getenv("MUSTER_" + strings.ToUpper(service) + "_INTERNAL_ADDR")
	}
	if addr == "" {
		addr = s.env.Addr(service)
	}
	secret := s.env.Getenv("MUSTER_SERVICE_SECRET")
	if secret == "" {
		var err error
		if secret, err = s.env.Secret(); err != nil {
			return nil, fmt.Errorf("no service secret: set MUSTER_SERVICE_SECRET to the one the services run with: %w", err)
		}
	}
	operator := s.env.Getenv("MUSTER_OPERATOR")
	if operator == "" {
		operator = s.env.Getenv("USER")
	}
	operator = strings.ReplaceAll(harmless(operator), "\n", " ") // It goes into a header.
	return newClient(service, addr, secret, operator)
}
