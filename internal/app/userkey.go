package app

import (
	"slices"

	"github.com/zhuwang/zhuwang/internal/account"
	"github.com/zhuwang/zhuwang/internal/scope"
)

type keyCmd struct {
	Name  string `arg:"" help:"账号；没有就建一个设备账号 · Account; where there is none a machine's is made."`
	Label string `placeholder:"TEXT" help:"用途 · What it is for."`
	grantFlags
}

// Run makes a key, and prints it on stdout.
func (c keyCmd) Run(e *env) error {
	g, err := c.grant()
	if err != nil {
		return err
	}
	return e.onAccounts(func(s *account.Service) error {
		k, credential, err := s.MakeMachineKey(e.ctx, c.Name, c.Label, g)
		if err != nil {
			return err
		}
		e.say("密钥 %s 只显示这一次：", "Key %s is shown this once:", k.ID)
		return e.printRow(credential)
	})
}

type screenCmd struct {
	Title string `arg:"" help:"大屏的名称 · What the screen is called."`
	areaFlag
}

// Run makes a screen with its token, and prints it on stdout.
func (c screenCmd) Run(e *env) error {
	g, err := c.grant(scope.Screen)
	if err != nil {
		return err
	}
	return e.onAccounts(func(s *account.Service) error {
		k, credential, err := s.MakeScreen(e.ctx, c.Title, g)
		if err != nil {
			return err
		}
		e.say("大屏账号 %s 的令牌只显示这一次：", "The token of the screen %s is shown this once:", k.Account)
		return e.printRow(credential)
	})
}

type listKeysCmd struct{}

// Run lists the keys and tokens that stand: id, account, role and area, what for, when last used.
func (listKeysCmd) Run(e *env) error {
	return e.onAccounts(func(s *account.Service) error {
		keys, err := s.Keys(e.ctx, "")
		if err != nil {
			return err
		}
		screens, err := s.Screens(e.ctx)
		if err != nil {
			return err
		}
		for _, k := range slices.Concat(keys, screens) {
			used := "-"
			if !k.Used.IsZero() {
				used = k.Used.In(zone()).Format("2006-01-02 15:04")
			}
			if err := e.printRow(k.ID, k.Account, grantText(k.Grant), k.Label, used); err != nil {
				return err
			}
		}
		return nil
	})
}

type revokeCmd struct {
	ID string `arg:"" help:"密钥或令牌的编号，见 user keys · Id of the key or token, as user keys shows it."`
}

// Run revokes a key or the token of a screen.
func (c revokeCmd) Run(e *env) error {
	return e.onAccounts(func(s *account.Service) error { return s.RevokeKey(e.ctx, c.ID) })
}
