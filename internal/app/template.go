package app

import (
	"os"
	"path/filepath"

	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/fault"
)

type templateCmd struct {
	Name string `arg:"" help:"divisions、net、buildings、points 或 members · divisions, net, buildings, points or members."`
	Out  string `short:"o" placeholder:"OUT.xlsx" help:"输出文件，不给则为 NAME.xlsx · File to write; none: NAME.xlsx."`
}

// Run writes an Excel template for people who have no GIS.
func (c templateCmd) Run(e *env) error {
	out := c.Out
	if out == "" {
		out = c.Name + ".xlsx"
	}
	if _, err := os.Lstat(out); err == nil { // it may be filled in
		return fault.New(fault.Usage, "file-exists", nil).In(fault.Place{File: filepath.Base(out)})
	}
	err := e.writeFile(out, func(w *os.File) error { return exchange.WriteTemplate(w, c.Name) })
	if err == nil {
		e.say("已写入 %s", "Written to %s", out)
	}
	return err
}
