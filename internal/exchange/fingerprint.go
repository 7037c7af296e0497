package exchange

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// Fingerprint is the SHA-256 of what a file says, in hexadecimal, whatever it is called: of a shapefile and of a file geodatabase, of all
// files of which it consists.
func Fingerprint(path string) (string, error) {
	names, err := partsOf(path)
	if err != nil {
		return "", &fault.Error{Kind: fault.Invalid, Rule: "unreadable-file", Where: fault.Place{File: filepath.Base(path)}, Cause: err}
	}
	h := sha256.New()
	for _, name := range names {
		n, err := copyFile(h, name)
		if err != nil {
			return "", &fault.Error{Kind: fault.Invalid, Rule: "unreadable-file", Where: fault.Place{File: filepath.Base(name)}, Cause: err}
		}
		if len(names) > 1 {
			fmt.Fprintf(h, "|%s|%d|", strings.ToLower(filepath.Ext(name)), n)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// partsOf lists the files of which a file consists, by name.
func partsOf(path string) (names []string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	folder, stem, isShape := path, "", strings.EqualFold(filepath.Ext(path), ".shp")
	if isShape {
		folder, stem = filepath.Dir(path), strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))+"."
	} else if !info.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(folder) // sorted
	for _, e := range entries {
		ext := strings.ToLower(filepath.Ext(e.Name()))
		part := !isShape || strings.HasPrefix(e.Name(), stem) && (ext == ".shp" || ext == ".shx" || ext == ".dbf" || ext == ".prj" || ext == ".cpg")
		if part && e.Type().IsRegular() {
			names = append(names, filepath.Join(folder, e.Name()))
		}
	}
	return names, err
}

func copyFile(w io.Writer, path string) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return io.Copy(w, f)
}

// Reading are the options that make other rows of the same bytes, as texts: two readings that are equal give the same rows.
func (o Options) Reading() []string {
	comma := o.Comma
	if comma == ',' {
		comma = 0
	}
	return []string{strings.ToLower(o.CRS), o.Layer, strings.ToLower(o.Encoding), string(comma), fmt.Sprint(o.DropHeights)}
}
