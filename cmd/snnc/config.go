package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// configModel is the key of a configuration file that stands for the argument.
const configModel = "model"

// applyConfig sets the options of a verb from a TOML file whose keys are the
// options' long names; what the command line gives stays. It returns the file's
// model, a path relative to the file, or "".
func applyConfig(cmd *cobra.Command, path string) (model string, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	var keys map[string]any
	if _, err := toml.Decode(string(text), &keys); err != nil {
		var at toml.ParseError
		if errors.As(err, &at) {
			return "", fmt.Errorf("%s: line %d: %s", path, at.Position.Line, at.Message)
		}
		return "", fmt.Errorf("%s: %w", path, err)
	}
	names := make([]string, 0, len(keys))
	for name := range keys {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		value, err := configText(keys[name])
		if err != nil {
			return "", fmt.Errorf("%s: %s: %w", path, name, err)
		}
		if name == configModel {
			if model = value; !filepath.IsAbs(model) {
				model = filepath.Join(filepath.Dir(path), model)
			}
			continue
		}
		flag := cmd.Flags().Lookup(name)
		if flag == nil || notConfigured(name) {
			return "", fmt.Errorf("%s: %s is no option that a file may set; those are %s", path, name, strings.Join(configurable(cmd), ", "))
		}
		if flag.Changed {
			continue
		}
		if err := cmd.Flags().Set(name, value); err != nil {
			return "", fmt.Errorf("%s: %s: %q is not what --%s takes (%s): %w", path, name, value, name, flag.Value.Type(), err)
		}
	}
	return model, nil
}

// notConfigured are options that only the command line has.
func notConfigured(name string) bool { return name == "config" || name == "help" || name == "json" }

func configurable(cmd *cobra.Command) []string {
	names := []string{configModel}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !notConfigured(f.Name) {
			names = append(names, f.Name)
		}
	})
	slices.Sort(names)
	return names
}

// configText is a value as the command line writes it.
func configText(value any) (string, error) {
	switch v := value.(type) {
	case string, bool, int64, float64:
		return fmt.Sprint(v), nil
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			part, ok := e.(string)
			if !ok || strings.ContainsAny(part, ",\"\n") {
				return "", fmt.Errorf("%v; a list is of texts without commas and quotes", v)
			}
			parts[i] = part
		}
		return strings.Join(parts, ","), nil
	}
	return "", fmt.Errorf("%v; want a text, a number, true or false, or a list of texts", value)
}
