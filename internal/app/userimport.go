package app

import (
	"context"
	"iter"
	"path/filepath"

	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/exchange"
	"github.com/zhuwang/zhuwang/internal/grid"
)

type importUsersCmd struct {
	File     string `arg:"" help:"xlsx 或 CSV，列见 template members · xlsx or CSV, with the columns of template members."`
	Encoding string `placeholder:"E" help:"文字编码，如 gbk · Encoding of text, as gbk."`
	DryRun   bool   `help:"只检查，不写入 · Check only; write nothing."`
}

// Run makes accounts of the rows of a table, all or none, and prints account, name and first password of each new one.
func (c importUsersCmd) Run(e *env) error {
	layer, err := exchange.Read(e.ctx, c.File, exchange.Options{Encoding: c.Encoding, Want: exchange.WantNone})
	if err != nil {
		return err
	}
	return e.onAccounts(func(s *account.Service) error {
		in, err := s.Import(e.ctx, members(e.ctx, layer), zone(), c.DryRun)
		if err != nil {
			return err
		}
		if len(in.Refused) > 0 {
			return e.refused(grid.Refused(in.Refused), filepath.Base(c.File))
		}
		e.say("读到 %d 行：新账号 %d，新授权 %d，已有 %d。", "Rows read: %d. New accounts: %d, new grants: %d, there already: %d.", in.Rows, len(in.New), in.Granted, in.Same)
		if c.DryRun {
			e.say("试运行：没有写入任何数据。", "Dry run: nothing was written.")
			return nil
		}
		for _, m := range in.New {
			if err := e.printRow(m.Account, m.Title, m.Password); err != nil {
				return err
			}
		}
		return nil
	})
}

// members are the rows of a layer as the domain takes them.
func members(ctx context.Context, layer *exchange.Layer) iter.Seq2[account.MemberRow, error] {
	return func(yield func(account.MemberRow, error) bool) {
		for r, err := range layer.Rows(ctx) {
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}
