package app

import (
	"path/filepath"

	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/grid"
)

type importDivisionsCmd struct {
	File     string `arg:"" help:"CSV 或 xlsx，列：编码、名称、级别 · CSV or xlsx with code, name, level."`
	Encoding string `placeholder:"E" help:"文字编码，如 gbk · Encoding of text, as gbk."`
	DryRun   bool   `help:"只检查，不写入 · Check only; write nothing."`
}

// Run stores official names, which later imports of a net give to the divisions of these codes.
func (c importDivisionsCmd) Run(e *env) error {
	names, err := c.read(e)
	if err != nil {
		return e.refused(err, filepath.Base(c.File))
	}
	if c.DryRun {
		e.say("%d 个名称无误。试运行：没有写入任何数据。", "%d names are in order. Dry run: nothing was written.", len(names))
		return nil
	}
	return e.with(func(_ *database, service *grid.Service) error {
		added, renamed, err := service.Register(e.ctx, names)
		if err != nil {
			return err
		}
		e.say("%d 个名称已写入名录：新增 %d，改名 %d，不变 %d。", "Names written to the register: %d; new: %d, renamed: %d, the same: %d.",
			len(names), added, renamed, len(names)-added-renamed)
		return nil
	})
}

func (c importDivisionsCmd) read(e *env) ([]grid.Named, error) {
	t, err := e.readTable(c.File, exchange.Options{Encoding: c.Encoding, Want: exchange.WantNone})
	if err != nil {
		return nil, err
	}
	return grid.ReadRegister(*t)
}
