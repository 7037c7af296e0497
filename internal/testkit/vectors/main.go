// Command vectors writes questions and Go's answers to them, for the TypeScript twins of geo, geo/crs, geo/locate and the
// codes of internal/grid: the tests of frontend/src/model ask them again. Same program, same file.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

// vectors is the file: one list of questions with their answers for each operation.
type vectors struct {
	Rounding    []rounding    `json:"rounding"`
	Orientation []orientation `json:"orientation"`
	Nets        []net         `json:"nets"`
	Codes       []code        `json:"codes"`
	Datums      []datum       `json:"datums"`
}

func main() {
	out := flag.String("o", "frontend/src/model/testdata/vectors.json", "the file to write; its folder is made if need be")
	flag.Parse()
	if err := write(*out); err != nil {
		fmt.Fprintln(os.Stderr, "vectors:", err)
		os.Exit(1)
	}
}

func write(path string) error {
	nets, err := someNets()
	if err != nil {
		return err
	}
	v := vectors{someRoundings(), someOrientations(), nets, someCodes(), someDatums()}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}
