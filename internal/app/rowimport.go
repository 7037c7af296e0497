package app

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/fault"
	"github.com/zhuwang/zhuwang/internal/grid"
)

// rowImport are the flags of imports that take in the good rows and refuse the others, again and again from newer files of one source.
type rowImport struct {
	Of      string `name:"source" placeholder:"NAME" help:"来源名称；不给则为文件名。同一来源的新文件只改动有变化的行 · Name of the source; none: the file's. A newer file of a source writes only what changed."`
	Replace bool   `help:"删去此来源中新文件已没有的 · Remove what the source's new file has no more."`
	Refused string `placeholder:"OUT.xlsx|csv" help:"退回的行；不给则为 FILE.rejects.csv · Table of refused rows; none: FILE.rejects.csv."`
	DryRun  bool   `help:"只比较，不写入 · Compare only; write nothing."`
	Yes     bool   `help:"不再询问 · Do not ask."`
	JSON    bool   `name:"json" help:"以 JSON 输出结果 · Print the result as JSON."`
}

// attempts is how often a change is compared anew because somebody else wrote in between.
const attempts = 5

// attempt runs an import, and again where the ground it was made on moved.
func (c rowImport) attempt(e *env, once func() error) error {
	for n := 1; ; n++ {
		err := once()
		if err == nil || n == attempts || fault.From(err).Rule != "changed-meanwhile" {
			return err
		}
		e.say("其间另有人写入，重新比对……", "Somebody else wrote meanwhile; comparing again …")
	}
}

func (rowImport) district(s string) (grid.Code, error) {
	if c := grid.Code(s); c.Level() == grid.LevelDistrict {
		return c, nil
	}
	return "", fault.New(fault.Usage, "bad-district", fault.Args{"district": s})
}

// sourceName is the name given, else the file's without its extension, and the layer's where one is chosen.
func (c rowImport) sourceName(file, layer string) string {
	if c.Of != "" {
		return c.Of
	}
	name := filepath.Base(file)
	name = strings.TrimSuffix(name, filepath.Ext(name))
	if layer != "" {
		name += ":" + layer
	}
	return name
}

// knownFields refuses names in --field that are none of ours.
func knownFields(m exchange.Mapping, names []string) error {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if !slices.Contains(names, name) {
			return fault.New(fault.Usage, "mapping-unknown", fault.Args{"name": name, "names": strings.Join(names, ", ")})
		}
	}
	return nil
}

// sayColumns says which columns of a file were read as what, and which were not.
func (e *env) sayColumns(names []string, taken, door map[string]string, columns []string) {
	var read, rest []string
	used := map[string]bool{door["lon"]: true, door["lat"]: true}
	for _, name := range names {
		if column := taken[name]; column != "" {
			used[column] = true
			read = append(read, name+" ← "+column)
		}
	}
	for _, column := range columns {
		if !used[column] {
			rest = append(rest, column)
		}
	}
	list := func(all []string) string {
		return cmp.Or(strings.Join(all, e.word(fault.Text{Zh: "，", En: ", "})), e.word(fault.Text{Zh: "无", En: "none"}))
	}
	e.say("读取的列：%s；没有用到的列：%s。用 --field 可另行指定。", "Columns read: %s; not used: %s. --field says otherwise.", list(read), list(rest))
}

// tellRefused lists the refused rows and writes them to a file, which is gone where there are none; if none is left, the import ends.
func (c rowImport) tellRefused(e *env, own, file string, columns []string, refused []grid.Refusal, bad, rows int) error {
	out := c.Refused
	if out == "" {
		out = file + ".rejects.csv"
	}
	if len(refused) == 0 {
		if err := os.Remove(out); err != nil && !errors.Is(err, os.ErrNotExist) {
			return unwritable(out, err)
		}
		return nil
	}
	var faults []*fault.Error
	var rejects []exchange.Reject
	for _, r := range refused {
		faults = append(faults, r.Fault)
		reject := exchange.Reject{Row: r.Fault.Where.Row, Fault: r.Fault}
		for _, column := range columns {
			reject.Fields = append(reject.Fields, exchange.Field{Name: column, Value: exchange.Value{Kind: exchange.String, Text: r.Fields[column]}})
		}
		rejects = append(rejects, reject)
	}
	e.listFaults(e.Err, faults, own)
	format := strings.TrimPrefix(strings.ToLower(filepath.Ext(out)), ".")
	if err := e.writeFile(out, func(w *os.File) error { return exchange.WriteRejects(w, format, rejects, e.lang) }); err != nil {
		return err
	}
	e.say("\n退回 %d 行，原因见 %s", "\nRows refused: %d; the reasons are in %s", bad, out)
	if bad == rows {
		return fault.New(fault.Invalid, "nothing-imported", nil).In(fault.Place{File: own})
	}
	return nil
}

// sayAbsent says what becomes of stored rows that the file has no more.
func (e *env) sayAbsent(absent, removed, kept int, replace bool) {
	switch {
	case kept > 0:
		e.say("文件中已没有的 %d 项全部保留：退回的行里可能有它们，请先改正。", "%d are no more in the file, but stay: a refused row may be one of them. Correct those first.", kept)
	case removed > 0:
		e.say("文件中已没有的 %d 项将删去。", "%d are no more in the file and will be removed.", removed)
	case absent > 0 && !replace:
		e.say("文件中已没有的 %d 项予以保留（--replace 则删去）。", "%d are no more in the file and stay (--replace removes them).", absent)
	}
}

// write asks and writes; written is false after a dry run and where there is nothing to write.
func (c rowImport) write(e *env, empty bool, change func() error) (written bool, err error) {
	switch {
	case empty:
		e.say("没有任何不同，没有写入。", "Nothing differs; nothing was written.")
		return false, nil
	case c.DryRun:
		e.say("试运行：没有写入任何数据。", "Dry run: nothing was written.")
		return false, nil
	}
	if !c.Yes {
		yes, asked := e.confirm("写入吗？", "Write?")
		if !asked {
			return false, fault.New(fault.Usage, "needs-yes", nil)
		}
		if !yes {
			e.say("没有写入任何数据。", "Nothing was written.")
			return false, errReported
		}
	}
	if err := change(); err != nil {
		return false, err
	}
	e.say("已写入。", "Written.")
	return true, nil
}

// counts are what every such import counts.
type counts struct{ rows, refused, new, changed, same, absent, removed int }

// result is what is printed for scripts.
func (c rowImport) result(m map[string]any, n counts, written bool) map[string]any {
	m["rows"], m["refused"], m["new"], m["changed"], m["same"] = n.rows, n.refused, n.new, n.changed, n.same
	m["absent"], m["removed"], m["written"] = n.absent, n.removed, written
	return m
}

func percent(share float64) string { return fmt.Sprintf(" %.1f%%", 100*share) }
