package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"time"
)

// machine describes where and when something was measured.
type machine struct {
	CPU, Caches   string
	Cores         int
	Memory        string
	System, Go    string
	PostgreSQL    string
	Commit, Taken string
}

// thisMachine is found out once.
var thisMachine = sync.OnceValue(func() machine {
	return machine{
		CPU:        strings.Join(strings.Fields(find("/proc/cpuinfo", `(?m)^model name\s*: (.*)$`)), " "),
		Caches:     caches(),
		Cores:      runtime.NumCPU(),
		Memory:     memory(),
		System:     find("/etc/os-release", `(?m)^PRETTY_NAME="(.*)"$`) + ", Linux " + find("/proc/sys/kernel/osrelease", `(\S+)`),
		Go:         runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH,
		PostgreSQL: said("psql", "--version") + ", PostGIS " + installedPostGIS(),
		Commit:     said("git", "describe", "--tags", "--always"),
		Taken:      time.Now().UTC().Format("2006-01-02 15:04 UTC"),
	}
})

// find is the first group of a pattern in a file, "unknown" where there is none.
func find(file, pattern string) string {
	text, err := os.ReadFile(file)
	if err != nil {
		return "unknown"
	}
	if m := regexp.MustCompile(pattern).FindSubmatch(text); m != nil {
		return string(m[1])
	}
	return "unknown"
}

func caches() string {
	var all []string
	for i := range 4 {
		at := fmt.Sprintf("/sys/devices/system/cpu/cpu0/cache/index%d/", i)
		if kind := find(at+"type", `(\w+)`); kind != "unknown" && kind != "Instruction" {
			all = append(all, "L"+find(at+"level", `(\d+)`)+" "+find(at+"size", `(\w+)`))
		}
	}
	return strings.Join(all, ", ")
}

// installedPostGIS is the version that PostgreSQL finds.
func installedPostGIS() string {
	files, _ := filepath.Glob("/usr/share/postgresql/*/extension/postgis.control")
	if len(files) == 0 {
		return "unknown"
	}
	return find(files[len(files)-1], `default_version = '(.*)'`)
}

func memory() string {
	kib := 0
	fmt.Sscan(find("/proc/meminfo", `MemTotal:\s*(\d+) kB`), &kib)
	return fmt.Sprintf("%.0f GiB", float64(kib)/(1<<20))
}

// said is the first line that a program prints.
func said(program string, args ...string) string {
	out, err := exec.Command(program, args...).Output()
	if err != nil {
		return program + " unknown"
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return line
}
