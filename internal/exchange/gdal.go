package exchange

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/zhuwang/zhuwang/internal/fault"
)

// drivers are GDAL's drivers that Zhuwang lets near a file; all others are switched off. These read local files alone: none opens
// a database or a network address, none runs what the file says (as VRT does, and SQLite's virtual tables). GeoJSONSeq and CSV are what the programs write.
var drivers = []string{
	"ESRI Shapefile", "GPKG", "LIBKML", "KML", "FlatGeobuf", "GML", "MapInfo File", "OpenFileGDB",
	"TopoJSON", "ESRIJSON", "GPX", "DXF", "DGN", "OGR_GMT", "JML", "GeoRSS", "Geoconcept", "OSM", "AVCE00", "S57",
	"GeoJSONSeq", "CSV",
}

// unstated are drivers whose format has no place for a CRS: GDAL reports WGS 84 because the format's text says so. That is no
// statement by the file, since much Chinese KML holds GCJ-02.
var unstated = map[string]bool{"LIBKML": true, "KML": true, "GPX": true, "TopoJSON": true, "GeoRSS": true, "OSM": true}

// timeout bounds a run of a program.
type timeout time.Duration

func (o Options) timeout() timeout {
	if o.Timeout > 0 {
		return timeout(o.Timeout)
	}
	return timeout(10 * time.Minute)
}

// gdal runs GDAL's programs as child processes, with no environment but what they need, until a time limit.
type gdal struct{ limit timeout }

// run gives a program's standard output.
func (g gdal) run(ctx context.Context, in io.Reader, program string, args ...string) (out []byte, err error) {
	err = g.stream(ctx, in, func(r io.Reader) error {
		var err error
		out, err = io.ReadAll(r)
		return err
	}, program, args...)
	return out, err
}

// stream runs a program and hands its standard output to read; when read returns early the program is killed. Any error that the
// program reports, also one after which it ends well, makes the whole output void.
func (g gdal) stream(ctx context.Context, in io.Reader, read func(io.Reader) error, program string, args ...string) error {
	path, err := exec.LookPath(program)
	if err != nil {
		return &fault.Error{Kind: fault.Unavailable, Rule: "gdal-missing", Args: fault.Args{"program": program}, Cause: err}
	}
	limited, cancel := context.WithTimeout(ctx, time.Duration(g.limit))
	defer cancel()
	cmd := exec.CommandContext(limited, path, args...)
	cmd.Env = gdalEnv()
	if program != "gdaltransform" && program != "gdalsrsinfo" {
		skip, err := otherDrivers()
		if err != nil {
			return err
		}
		cmd.Env = append(cmd.Env, "OGR_SKIP="+skip)
	}
	cmd.Stdin = in
	cmd.WaitDelay = 5 * time.Second
	var words head
	cmd.Stderr = &words
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil && limited.Err() == nil {
		return &fault.Error{Kind: fault.Unavailable, Rule: "gdal-missing", Args: fault.Args{"program": program}, Cause: err}
	}
	var readErr, runErr error
	if cmd.Process != nil {
		if readErr = read(stdout); readErr != nil {
			cancel()
		}
		runErr = cmd.Wait()
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(limited.Err(), context.DeadlineExceeded):
		return fault.New(fault.TooLarge, "gdal-timeout", fault.Args{"seconds": int(time.Duration(g.limit).Seconds())})
	case runErr != nil && readErr == nil, bytes.Contains(words.text, []byte("ERROR ")) && readErr != errStop:
		return &fault.Error{Kind: fault.Invalid, Rule: "gdal-cannot-read", Cause: errors.Join(fmt.Errorf("%s: %s", program, words.text), runErr)}
	}
	return readErr
}

// gdalEnv is the environment of the programs: plain English, no side files, no network.
func gdalEnv() []string {
	env := []string{
		"LC_ALL=C.UTF-8",
		"GDAL_PAM_ENABLED=NO",
		"GDAL_HTTP_PROXY=127.0.0.1:9", // the discard port: whatever would fetch, fails at once
		"GDAL_HTTP_MAX_RETRY=0",
		"GML_DOWNLOAD_SCHEMA=NO",
		"GML_SKIP_RESOLVE_ELEMS=ALL",
		"PROJ_NETWORK=OFF",
		"CPL_ZIP_ENCODING=GBK", // names in an archive that are not marked as UTF-8; see source
	}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "GDAL_DATA", "PROJ_LIB", "PROJ_DATA", "LD_LIBRARY_PATH"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// otherDrivers lists what GDAL offers beside drivers, joined by commas. GDAL is asked once in the life of the process.
var otherDrivers = sync.OnceValues(func() (string, error) {
	cmd := exec.Command("ogrinfo", "--formats")
	cmd.Env = gdalEnv()
	out, err := cmd.Output()
	if err != nil {
		return "", &fault.Error{Kind: fault.Unavailable, Rule: "gdal-missing", Args: fault.Args{"program": "ogrinfo"}, Cause: err}
	}
	return strings.Join(slices.DeleteFunc(parseFormats(string(out)), func(name string) bool {
		return slices.Contains(drivers, name)
	}), ","), nil
})

// parseFormats reads the names in lines like "  GPKG -raster,vector- (rw+vs): GeoPackage".
func parseFormats(s string) (names []string) {
	for line := range strings.Lines(s) {
		kinds := strings.Index(line, "- (")
		if kinds < 0 || !strings.HasPrefix(line, "  ") {
			continue
		}
		if end := strings.LastIndex(line[:kinds], " -"); end > 0 {
			names = append(names, line[2:end])
		}
	}
	return names
}

// head keeps the first bytes that are written to it.
type head struct{ text []byte }

func (h *head) Write(p []byte) (int, error) {
	h.text = append(h.text, p[:min(len(p), 16<<10-len(h.text))]...)
	return len(p), nil
}
