package app

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
	toml "github.com/pelletier/go-toml/v2"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// settingsFile is the configuration file in the data folder: one key a flag, as listen = "127.0.0.1:8080".
const settingsFile = "zhuwang.toml"

// dataDir finds the data folder before the command line is parsed, because the configuration file lies in it.
func dataDir(args []string) string { return cmp.Or(early(args, "data"), defaultDataDir()) }

// early is a global flag's value before the command line is parsed, or where it cannot be: from the arguments, else from the environment.
func early(args []string, flag string) string {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--"+flag+"="); ok {
			return v
		}
		if a == "--"+flag && i+1 < len(args) {
			return args[i+1]
		}
	}
	return os.Getenv("ZHUWANG_" + strings.ToUpper(flag))
}

// settings are the values of the configuration file, for flags that neither the command line nor the environment gives.
type settings struct {
	values map[string]any
	err    error // why the file could not be read: said by commands, not by --help
}

var _ kong.Resolver = settings{}

// readSettings reads the configuration file of a data folder. None is no fault, nor is the byte order mark that some editors write.
func readSettings(dir string) (s settings) {
	b, err := os.ReadFile(filepath.Join(dir, settingsFile))
	if err == nil {
		err = toml.Unmarshal(bytes.TrimPrefix(b, []byte("\ufeff")), &s.values)
	}
	switch {
	case err == nil, errors.Is(err, fs.ErrNotExist):
	case errors.Is(err, fs.ErrPermission):
		s.err = &fault.Error{Kind: fault.Unavailable, Rule: "data-folder-denied", Args: fault.Args{"folder": dir}, Cause: err}
	case errors.Is(err, syscall.ENOTDIR):
		s.err = &fault.Error{Kind: fault.Unavailable, Rule: "data-folder-none", Args: fault.Args{"folder": dir}, Cause: err}
	default:
		s.err = fault.New(fault.Usage, "config-file", fault.Args{"file": settingsFile, "problem": err.Error()})
	}
	return s
}

// Resolve gives a flag the file's value. The parser takes the environment for a default, which a resolver overrules: not here.
func (s settings) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if s.err != nil {
		return nil, s.err
	}
	v, ok := s.values[flag.Name]
	if !ok || slices.ContainsFunc(flag.Envs, given) {
		return nil, nil
	}
	return fmt.Sprint(v), nil
}

func given(variable string) bool {
	_, ok := os.LookupEnv(variable)
	return ok
}

// Validate refuses keys that would do nothing: misspelt ones, the folder that holds the file, and the secret.
func (s settings) Validate(app *kong.Application) error {
	var allowed []string
	for _, f := range app.Flags {
		if !slices.Contains([]string{"help", "data", "database"}, f.Name) {
			allowed = append(allowed, f.Name)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(s.values)) {
		if !slices.Contains(allowed, key) {
			return fault.New(fault.Usage, "config-key", fault.Args{"file": settingsFile, "key": key, "keys": strings.Join(allowed, ", ")})
		}
	}
	return nil
}
